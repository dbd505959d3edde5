/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the parts of a flight recorder share: the process that starts the windows' own. */
#ifndef WALLFLAME_CLI_FLIGHT_PRIVATE_H
#define WALLFLAME_CLI_FLIGHT_PRIVATE_H

#include "cli/flight_window.h"
#include "cli/shelf.h"
#include "collector/target.h"

#include <signal.h>

/* One that records, one that is being attached, and those that are being written and judged. Where
 * that takes longer than a window, windows get longer. */
#define FLIGHT_WINDOWS_MAX 4
/* A last window that would be shorter than this is part of the one before. */
#define FLIGHT_SHORTEST_NS 500000000LL

struct window {
	pid_t pid;
	struct relay *relay;
	char *path; /* while it is recorded */
	int64_t started_ns; /* its process */
	int64_t t0_ns, t1_ns; /* 0: not yet */
	bool gone; /* its process */
	bool waits; /* for the processes of the target */
	bool unwanted; /* it was told not to */
	int64_t signalled_ns; /* by SIGUSR1; 0: it was not */
	char *result; /* of its RELAY_RESULT, see flight_window.h; NULL: there was none */
};

struct flight {
	const struct collector_options *options;
	const struct flight_plan *plan;
	struct target *target;
	struct shelf *shelf;
	char *stem; /* of the files' names */
	struct window windows[FLIGHT_WINDOWS_MAX]; /* oldest first */
	size_t count;
	pid_t *pids; /* of the target, as told last */
	size_t pid_count;
	int signals; /* a signalfd(2), or -1 */
	int64_t signalled_ns; /* a SIGUSR1 that still wants a window; 0: none does */
	sigset_t unblocked;
	int64_t lead_ns; /* the next window's process is started so long before it is to open */
	int64_t retry_ns; /* not before this */
	int64_t end_ns; /* of the whole run; 0: open */
	bool began;
	bool ending;
	bool last; /* the window that records will end with the run */
	bool failed;
	bool after; /* the window after a kept one is kept as well */
	/* For the closing line. */
	size_t done, lost, kept;
	int64_t covered_ns; /* t1 of the last window that is whole; 0: there is none */
	int64_t gap_ns, overlap_ns;
};

/* flight_start.c */
/* What all files' names begin with; the caller frees it. NULL: no memory. */
char *flight__stem(const struct target *target, const char *output);
/* The name of the file of a window that opens at that moment; the caller frees it. `more`: what
 * stands behind the time. */
char *flight__path(const struct flight *flight, int64_t t0_ns, const char *more);
/* Starts the next window's process. */
void flight__start(struct flight *flight);
/* Starts it if it is time. Returns when it will be; INT64_MAX: that something else tells. */
int64_t flight__start_next(struct flight *flight);
/* The one whose process attaches, and the one that records; or NULL. */
struct window *flight__next(struct flight *flight);
struct window *flight__recording(struct flight *flight);

/* flight_relay.c */
/* Whether a window that opens then would be too short, or none at all. */
bool flight__is_too_late(const struct flight *flight, int64_t t0_ns);
/* Whether no window is to follow, though none records that could tell: the last one was lost. */
bool flight__is_over(struct flight *flight);
/* Takes what the window's process says. */
void flight__listen(struct flight *flight, struct window *window);
/* A window is lost, or does not begin. */
void flight__lose(struct flight *flight);
void flight__end(struct flight *flight);

/* flight_settle.c: decides, in the order of the windows, which files stay. */
void flight__settle(struct flight *flight);

#endif
