// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/bpf_runs.h"

#include <bpf/bpf.h>
#include <string.h>

/* False for a program that is not loaded. */
static bool read_info(const struct bpf_program *program, struct bpf_prog_info *info)
{
	uint32_t size = sizeof(*info);

	*info = (struct bpf_prog_info){0};
	return !bpf_obj_get_info_by_fd(bpf_program__fd(program), info, &size);
}

uint64_t bpf_runs__missed(struct bpf_object *object, const char *part, bool others)
{
	struct bpf_program *program;
	struct bpf_prog_info info;
	uint64_t missed = 0;

	bpf_object__for_each_program (program, object) {
		bool has = strstr(bpf_program__section_name(program), part);

		if (has != others && read_info(program, &info))
			missed += info.recursion_misses;
	}
	return missed;
}

void bpf_runs__add(struct bpf_object *object, struct engine_run_stats *stats)
{
	struct bpf_program *program;
	struct bpf_prog_info info;

	bpf_object__for_each_program (program, object) {
		if (!read_info(program, &info))
			continue;
		stats->runs += info.run_cnt;
		stats->ns += info.run_time_ns;
	}
}
