// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Pairs of threads pass a byte to and fro through two pipes: each way costs a switch, which makes
 * several hundred thousand of them a second, and any work a profiler does on a switch shows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/workload.h"

/* One round trip of so many is timed: to time each would show. */
#define TIMED 16

enum { EXTRA_VOLUNTARY, EXTRA_INVOLUNTARY };

/* The ends a thread has; its partner has the other ends of the same pipes. */
struct storm_ends {
	int in;
	int out;
};

struct storm {
	struct storm_ends *ends; /* of each thread */
	int threads;
	int64_t operations;
};

static void storm__close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* 1: passed on; 0: the partner is gone, or it is time to stop. */
static int storm__receive(struct team_worker *worker, const struct storm_ends *ends, char *token)
{
	ssize_t n;

	do
		n = read(ends->in, token, 1);
	while (n < 0 && errno == EINTR && !team_worker__stopped(worker));
	if (n < 0 && errno != EINTR)
		return team_worker__fail(worker, "cannot read from a pipe");
	return n > 0;
}

static int storm__send(struct team_worker *worker, const struct storm_ends *ends, char token)
{
	/* A pipe with one byte in it never blocks its writer. */
	return write(ends->out, &token, 1) == 1
		       ? 0
		       : team_worker__fail(worker, "cannot write to a pipe");
}

static void storm__count_switches(struct team_worker *worker)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage))
		return;
	worker->extra[EXTRA_VOLUNTARY] = usage.ru_nvcsw;
	worker->extra[EXTRA_INVOLUNTARY] = usage.ru_nivcsw;
}

/* Threads with an even number begin and count the round trips; the others answer. */
static int storm__work(struct team_worker *worker)
{
	const struct storm *storm = worker->shared;
	struct storm_ends *ends = &storm->ends[worker->index];
	bool leads = worker->index % 2 == 0;
	int64_t begin = clock__now();
	int64_t sent = leads ? begin : 0; /* the round trip under way, where it is timed */
	char token = 'w';
	int status = 0;

	/* Who only answers is done when its partner is. */
	worker->quota =
		leads ? team__share(storm->operations, storm->threads / 2, worker->index / 2)
		      : TEAM_UNLIMITED;
	if (leads)
		status = storm__send(worker, ends, token);
	while (!status && !team_worker__stopped(worker) &&
	       storm__receive(worker, ends, &token) > 0) {
		if (sent)
			latency__add(&worker->latency, clock__now() - sent);
		worker->operations += leads;
		sent = leads && worker->operations % TIMED == 0 ? clock__now() : 0;
		status = storm__send(worker, ends, token);
	}
	worker->operation_ns = clock__now() - begin;
	storm__count_switches(worker);
	/* Its partner reads the end of the pipe. */
	if (leads)
		storm__close(&ends->out);
	return status;
}

static int storm__connect(struct storm_ends *ends)
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC))
		return -errno;
	ends[0].out = there[1];
	ends[1].in = there[0];
	if (pipe2(back, O_CLOEXEC))
		return -errno;
	ends[1].out = back[1];
	ends[0].in = back[0];
	return 0;
}

static int storm__open(struct storm *storm)
{
	int status = 0;

	storm->ends = calloc((size_t)storm->threads, sizeof(*storm->ends));
	if (!storm->ends)
		return -ENOMEM;
	for (int i = 0; i < storm->threads; i++)
		storm->ends[i] = (struct storm_ends){-1, -1};
	for (int i = 0; !status && i < storm->threads; i += 2)
		status = storm__connect(&storm->ends[i]);
	return status;
}

static void storm__free(struct storm *storm)
{
	for (int i = 0; storm->ends && i < storm->threads; i++) {
		storm__close(&storm->ends[i].in);
		storm__close(&storm->ends[i].out);
	}
	free(storm->ends);
}

int storm__run(struct workload_run *run, char **error)
{
	struct storm storm = {
		.threads = (int)run->options.threads,
		.operations = run->options.operations,
	};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = storm__open(&storm);

	if (status) {
		failure__set(error, -status, "cannot make the pipes of %d threads", storm.threads);
	} else {
		plan = workload_run__plan(run, storm__work, &storm);
		status = team__run(&plan, &totals, error);
	}
	storm__free(&storm);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "voluntary_switches", totals.extra[EXTRA_VOLUNTARY]);
	workload_run__add_int(run, "involuntary_switches", totals.extra[EXTRA_INVOLUNTARY]);
	workload_run__add_double(run, "round_trips_per_second",
				 (double)totals.operations * NS_PER_S / (double)totals.elapsed_ns);
	return 0;
}
