/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Records one capture: attaches to the target, lets the window pass, writes the capture file.
 * The collector stores facts and never says what they mean.
 */
#ifndef WALLFLAME_COLLECTOR_COLLECTOR_H
#define WALLFLAME_COLLECTOR_COLLECTOR_H

#include "collector/choice.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct relay;
struct target;

#define COLLECTOR_MIN_HZ 1
#define COLLECTOR_MAX_HZ 10000
#define COLLECTOR_MAX_SYSCALL_SHARE_PPM 500000
#define COLLECTOR_SLICE_NS 1000000000LL /* unless another length is asked for */

struct collector_options {
	const pid_t *pids; /* processes that run already, or none when there is a command */
	size_t pid_count;
	char *const *command; /* NULL-terminated, started and captured; or NULL */
	int64_t duration_ns; /* 0: until the target ends or *stop is set */
	int64_t slice_ns; /* length of a slice of the window, in which times are summed */
	enum engine_choice engine;
	enum backend_choice backend;
	uint32_t syscall_share_ppm; /* of the time in which system calls are counted; 0: never */
	int sample_hz; /* of the CPU clock, a second and CPU */
	bool keeps_hz; /* whatever it costs, unless a budget is asked for */
	/* Of all CPUs, that the capture may take, for which the ledger may be bounded, too; 0: not
	 * asked for, and only sampling goes by the default (docs/budget.md). */
	double budget_share;
	const char *output; /* NULL: wallflame-<comm>-<pid>-<UTC time>.db */
	bool replace; /* an existing output file */
	bool debuginfod; /* ask the servers in DEBUGINFOD_URLS for debug files */
	/*
	 * Captures that follow each other, each in a process of its own. The target was found
	 * before and belongs to the capture now; then `pids` are those of its processes that live,
	 * or none for all it began with. duration_ns is 0: the relay tells the end.
	 */
	struct target *target; /* NULL: by `pids` or `command` */
	struct relay *relay; /* stays the caller's; NULL: it stands alone */
	/* Set from outside (a signal handler, say) to end the capture early and keep it. */
	const volatile sig_atomic_t *stop;
};

struct collector_progress {
	int64_t elapsed_ns;
	int64_t duration_ns; /* 0: open-ended */
	size_t threads;
	int64_t bytes; /* of the capture file so far */
};
typedef void (*collector_progress_fn)(void *ctx, const struct collector_progress *progress);

struct collector_result {
	char *path; /* malloc'ed: the caller frees it */
	char *engine; /* what kept the ledger; malloc'ed */
	char *why; /* no better engine was taken; malloc'ed, or NULL */
	char *points; /* what each probe point rests on, for people; malloc'ed */
	int64_t window_ns;
	size_t threads;
	int64_t losses; /* the sum of all counts of table `loss` */
	int64_t bytes;
	double taken_share; /* of all CPUs, in the window */
	double budget_share;
	bool over_budget; /* at the least sampling, and the exact ledger alone took more */
	pid_t command_pid; /* 0: there was no command */
	bool command_runs; /* it has not ended: the caller decides about it */
	int command_status; /* as waitpid() gave it; valid unless command_runs */
};

/*
 * Returns 0 or a negative errno with *error malloc'ed for the caller to free: -ESRCH for a process
 * that is not there, -EPERM for a missing privilege (the text names it), -EEXIST for an output file
 * that exists, -ECANCELED without a text when the relay wants no window. No file is left when
 * nothing was recorded; what was recorded before a later failure stays in an incomplete capture,
 * and *error says so. `progress` may be NULL; it is called about ten times a second. *result is
 * valid only after 0.
 */
int collector__run(const struct collector_options *options, collector_progress_fn progress,
		   void *ctx, struct collector_result *result, char **error);

#endif
