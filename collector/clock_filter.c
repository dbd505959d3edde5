// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/clock_filter.h"

#include "collector/bpf_runs.h"
#include "collector/bpf_share.h"

#include "bpf/clock.skel.h"

#include <errno.h>
#include <glib.h>

struct clock_filter {
	struct clock_bpf *skeleton;
};

int clock_filter__open(struct clock_filter **out, const struct wallflame_bpf *main)
{
	struct clock_filter *filter = g_new0(struct clock_filter, 1);
	int status;

	filter->skeleton = clock_bpf__open();
	status = filter->skeleton ? bpf_share__maps(filter->skeleton->obj, main) : -errno;
	if (!status)
		status = clock_bpf__load(filter->skeleton);
	if (status) {
		clock_filter__close(filter);
		return status;
	}
	*out = filter;
	return 0;
}

void clock_filter__close(struct clock_filter *filter)
{
	if (!filter)
		return;
	clock_bpf__destroy(filter->skeleton);
	g_free(filter);
}

int clock_filter__fd(const struct clock_filter *filter)
{
	return bpf_program__fd(filter->skeleton->progs.on_clock);
}

void clock_filter__add_runs(const struct clock_filter *filter, struct engine_run_stats *stats)
{
	if (filter)
		bpf_runs__add(filter->skeleton->obj, stats);
}
