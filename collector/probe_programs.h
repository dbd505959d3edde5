/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The programs of probed places. To read them out of their object and fit them to the kernel's
 * types is most of the work, and the same for each place: it is done for the first one that is
 * reached in some way, and for the next ones the same instructions are loaded with other constants.
 */
#ifndef WALLFLAME_COLLECTOR_PROBE_PROGRAMS_H
#define WALLFLAME_COLLECTOR_PROBE_PROGRAMS_H

#include "collector/probe_link.h"

struct btf;
struct probe_programs;
struct wallflame_bpf;

/* The programs of a call, as bpf/probe.bpf.c names them. */
#define PROBE_ENDS 2
struct probe_names {
	const char *at_end; /* or NULL */
	const char *at_begin;
};

/* `main` must be loaded: its maps are used. kernel: its types. Both are borrowed. */
struct probe_programs *probe_programs__new(const struct wallflame_bpf *main,
					   const struct btf *kernel);
/* What was loaded stays. NULL is allowed. */
void probe_programs__free(struct probe_programs *programs);

/*
 * Loads them for this place: fds[0] is of the one at the end of a call, fds[1] of the one at its
 * beginning; what there is none of stays as it is, which must be -1. Returns 0 or a negative errno.
 * Either way all that are not negative are the caller's to close.
 */
int probe_programs__load(struct probe_programs *programs, const struct probe_names *names,
			 const struct probe_hook *hook, int fds[PROBE_ENDS]);

#endif
