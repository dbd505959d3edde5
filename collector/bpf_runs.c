// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/bpf_runs.h"

#include <bpf/bpf.h>
#include <string.h>

/* False for a program that is not loaded. */
static bool read_info(int program, struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);

	*info = (struct bpf_prog_info){0};
	return program >= 0 && !bpf_obj_get_info_by_fd(program, info, &size);
}

uint64_t bpf_runs__missed_by(int program)
{
	struct bpf_prog_info info;

	return read_info(program, &info) ? info.recursion_misses : 0;
}

void bpf_runs__add_of(int program, struct engine_run_stats *stats)
{
	struct bpf_prog_info info;

	if (!read_info(program, &info))
		return;
	stats->runs += info.run_cnt;
	stats->ns += info.run_time_ns;
}

uint64_t bpf_runs__missed(struct bpf_object *object, const char *part, bool others)
{
	struct bpf_program *program;
	uint64_t missed = 0;

	bpf_object__for_each_program (program, object) {
		bool has = strstr(bpf_program__section_name(program), part);

		if (has != others)
			missed += bpf_runs__missed_by(bpf_program__fd(program));
	}
	return missed;
}

void bpf_runs__add(struct bpf_object *object, struct engine_run_stats *stats)
{
	struct bpf_program *program;

	bpf_object__for_each_program (program, object) {
		bpf_runs__add_of(bpf_program__fd(program), stats);
	}
}
