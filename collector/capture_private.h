/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* One capture, and the parts of its course. Each part tells its error in *capture->error. */
#ifndef WALLFLAME_COLLECTOR_CAPTURE_PRIVATE_H
#define WALLFLAME_COLLECTOR_CAPTURE_PRIVATE_H

#include "collector/books.h"
#include "collector/clock.h"
#include "collector/collector.h"
#include "collector/cost.h"
#include "collector/elf_reader.h"
#include "collector/engine.h"
#include "collector/io_book.h"
#include "collector/kallsyms.h"
#include "collector/modules.h"
#include "collector/pacing.h"
#include "collector/record_queue.h"
#include "collector/syscall_book.h"
#include "collector/target.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The programs must know the window's ends before they come. */
#define AHEAD_NS 1000000LL

struct capture {
	const struct collector_options *options;
	struct target *target;
	char *path;
	struct store_writer *writer;
	struct kallsyms *kallsyms;
	struct engine *engine;
	struct clock *clock;
	struct elf_reader *reader;
	struct modules *modules;
	struct record_queue *arrived; /* out of the ring, to be booked by the next drain */
	struct record_queue *queue; /* being booked */
	int64_t gathered_ns; /* when the ring was emptied last */
	struct books books;
	struct io_book *io;
	struct syscall_book syscalls;
	struct cost cost;
	int64_t cpu_at_t0;
	int64_t t1_ns; /* 0: not set yet */
	struct pacing *pacing;
	int64_t clock_lost;
	int64_t clock_throttled;
	int was_nice; /* this process, before */
	uint32_t slices_written;
	bool closes_late;
	bool opened; /* something has been recorded: the file stays */
	const char *ended_by;
	const char *relay_end; /* why it was told to end; NULL: it was not */
	GArray *pids; /* pid_t: of the target, as it was before the engine was opened */
	GArray *unfollowed; /* pid_t */
	char *engine_name; /* for the result */
	char *engine_why;
	char *points;
	char **error;
};

/* Passes `status` on; an error of the writer is told in SQLite's words. */
int capture__store_failed(struct capture *capture, int status);

/* CPU time so far. */
struct pacing_time capture__time(const struct capture *capture);

/* capture_open.c: attaches to the target; opens the window, and lets a command run. */
int capture__attach(struct capture *capture);
int capture__open_window(struct capture *capture);

/* What /proc says of these processes and their threads before the window. Of several captures that
 * follow each other, processes may end in between. */
int capture__snapshot(struct capture *capture, const pid_t *pids, size_t count);

/*
 * capture_relay.c, for captures that follow each other. All but the last return 0 or a negative
 * errno, -ECANCELED when there is to be no window.
 */
/* Not yet attached: asks for the target's processes, for some engines cannot follow later ones. */
int capture__ask_for_target(struct capture *capture);
/* Attached: waits for the moment to open at, and follows who has come to the target meanwhile. */
int capture__take_turn(struct capture *capture, int64_t *t0_ns);
/* Says when the window will open, and passes the time until shortly before. */
int capture__await_opening(struct capture *capture);
/* Does what it is told to while the window is open. -ECANCELED: nobody is there to tell. */
int capture__obey(struct capture *capture);
void capture__tell_end(struct capture *capture);
/* Processes that were there as it opened and are not followed. */
int64_t capture__unfollowed(const struct capture *capture);

/* capture_flow.c: T of the sampling rule follows the number of threads. 0 or a negative errno of
 * the writer, with a text. */
int capture__update_stack_period(struct capture *capture);
/* Empties the ring, if that was not done just now: for whatever may take its time. */
int capture__keep_up(struct capture *capture);
/* Takes and books what the rings hold. */
int capture__drain(struct capture *capture, int64_t samples_until_ns);
/* The same until nothing has come meanwhile: once nothing is produced any more. */
int capture__drain_all(struct capture *capture);
/* A clock_event_fn; ctx is the capture. */
void capture__clock_event(void *ctx, const struct clock_event *event);
/* Writes everything of slices below `before`; those that are not over end at end_ns. */
int capture__flush(struct capture *capture, uint32_t before, int64_t end_ns);

/* capture_close.c: closes the window and the books; then detaches, names frames, writes the rest.
 */
int capture__close_window(struct capture *capture);
int capture__finish(struct capture *capture, int64_t *losses_total);

#endif
