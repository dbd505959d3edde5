// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Threads open files of one shared descriptor table that is too small for them, and close them all.
 *
 * Once a table has its size, the bitmap, the file object and the table's lock are a quarter of an
 * open and close on a current kernel; the path walk is more. What stops a service is the growth:
 * expand_fdtable() (fs/file.c) doubles the table and, when threads share it, waits for an RCU
 * grace period, and whoever opens a file in the meantime waits with it.
 *
 * A table never shrinks. So each round has a new one: its leader, a thread that still shares
 * the table of the main thread, leaves it (unshare makes a copy only as large as needed) and
 * starts the team, which shares the leader's. The main thread's own table never grows.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/fd_storm.h"
#include "workloads/interrupt.h"
#include "workloads/proc_number.h"

/*
 * Files a round opens: enough to double a new table (of 64 or 256 slots) five times or more, or an
 * occupied one once.
 */
#define DEFAULT_FILES 8000
#define DEFAULT_FILES_OCCUPIED 512
/*
 * Descriptors below the occupied ones that must stay free, or the table would grow before the
 * threads begin: the events of two teams and the leader's books. Each thread's books come to these.
 */
#define SPARE 5
/* What the program has open besides: standard streams, the signals, the look into /proc. */
#define OTHERS 16

struct fd_rounds {
	struct fd_storm *storm;
	int64_t files; /* a round opens, all threads together */
	int64_t left; /* operations */
	int64_t deadline_ns;
	/* Of the leader of the round, read when it has ended: */
	int64_t rounds;
	int64_t grown;
	char *error;
	int status;
};

static int fd_rounds__work(struct team_worker *worker)
{
	int *fds = calloc((size_t)worker->quota + 1, sizeof(*fds));
	int64_t count = 0;
	int status = 0;

	if (!fds)
		return team_worker__fail(worker, "no memory for the descriptors");
	while (!team_worker__stopped(worker)) {
		fds[count] = fd_storm__open(worker);
		if (fds[count] < 0) {
			status = team_worker__fail(worker, "cannot open a file");
			break;
		}
		count++;
	}
	while (count)
		fd_storm__close(worker, fds[--count]);
	free(fds);
	return status;
}

/* How often the table has doubled since it had `slots` slots. */
static int64_t fd_rounds__doublings(int64_t slots)
{
	int64_t now = proc_number__read("thread-self/status", "FDSize");
	int64_t doublings = 0;

	for (; slots > 0 && slots < now; slots *= 2)
		doublings++;
	return doublings;
}

/* One round. Its thread ends with it, and so does its table. */
static int fd_rounds__lead(struct team_worker *worker)
{
	struct fd_rounds *rounds = worker->shared;
	struct fd_storm *storm = rounds->storm;
	struct team_plan plan = workload_run__plan(storm->run, fd_rounds__work, storm);
	int64_t before = storm->totals.operations;
	int64_t slots;

	if (unshare(CLONE_FILES))
		return team_worker__fail(worker, "cannot leave the descriptor table");
	slots = proc_number__read("thread-self/status", "FDSize");
	plan.deadline_ns = rounds->deadline_ns;
	plan.operations = rounds->left < rounds->files ? rounds->left : rounds->files;
	rounds->status = team__run(&plan, &storm->totals, &rounds->error);
	if (rounds->left != TEAM_UNLIMITED)
		rounds->left -= storm->totals.operations - before;
	rounds->grown += fd_rounds__doublings(slots);
	rounds->rounds++;
	return 0;
}

static int fd_rounds__repeat(struct fd_rounds *rounds, char **error)
{
	struct workload_run *run = rounds->storm->run;
	struct team_plan plan = workload_run__plan(run, fd_rounds__lead, rounds);
	struct team_totals leaders = {0};
	int status = 0;

	plan.name = "fd-table";
	plan.threads = 1;
	plan.operations = TEAM_UNLIMITED;
	rounds->left = run->options.operations;
	rounds->deadline_ns = plan.deadline_ns;
	while (!status && rounds->left && clock__now() < rounds->deadline_ns &&
	       !interrupt__pending(run->interrupt_fd)) {
		status = team__run(&plan, &leaders, error);
		if (!status && rounds->status) {
			*error = rounds->error;
			status = rounds->status;
		}
	}
	rounds->storm->totals.elapsed_ns = leaders.elapsed_ns;
	return status;
}

static int fd_rounds__prepare(struct fd_rounds *rounds, char **error)
{
	struct fd_storm *storm = rounds->storm;
	const struct workload_options *options = &storm->run->options;
	int64_t spare = SPARE + options->threads;
	int status;

	rounds->files = options->files	  ? options->files
			: options->occupy ? DEFAULT_FILES_OCCUPIED
					  : DEFAULT_FILES;
	if (storm->occupied && storm->occupied < spare + OTHERS)
		return failure__set(error, EINVAL,
				    "--occupy %lld leaves no room for the program's own "
				    "descriptors: %lld threads need %lld",
				    (long long)storm->occupied, (long long)options->threads,
				    (long long)spare + OTHERS);
	status = fd_storm__make_room(
		storm, storm->occupied + rounds->files + options->threads + OTHERS, error);
	if (!status && storm->occupied)
		status = fd_storm__occupy(storm->occupied, spare, error);
	return status;
}

int fd_rounds__run(struct fd_storm *storm, char **error)
{
	struct fd_rounds rounds = {.storm = storm};
	int status = fd_rounds__prepare(&rounds, error);

	if (!status)
		status = fd_rounds__repeat(&rounds, error);
	if (status)
		return status;
	workload_run__report(storm->run, &storm->totals);
	workload_run__add_int(storm->run, "helper_threads", 1);
	workload_run__add_int(storm->run, "rounds", rounds.rounds);
	workload_run__add_int(storm->run, "table_doublings", rounds.grown);
	return 0;
}
