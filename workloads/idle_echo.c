// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A service with little to do: each of its many threads waits in poll(2) for a request of its own,
 * and one client asks them in turn, one a millisecond at most. So there are many threads, few
 * switches, and what a request takes is little but waking two threads.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/workload.h"

#define PAUSE_NS 1000000

enum { EXTRA_ASKING_NS };

struct idle_echo {
	int *inboxes; /* an eventfd for each thread that answers */
	int answers; /* the client's */
	int threads; /* the team has one more: the client */
};

/* Waits until there is something in `inbox`, and takes it all; 0: it is time to stop. */
static eventfd_t idle_echo__await(const struct team_worker *worker, int inbox)
{
	struct pollfd poll_fd = {.fd = inbox, .events = POLLIN};
	eventfd_t units;

	while (!team_worker__stopped(worker))
		if (poll(&poll_fd, 1, -1) > 0 && !eventfd_read(inbox, &units))
			return units;
	return 0;
}

static int idle_echo__answer(struct team_worker *worker)
{
	const struct idle_echo *echo = worker->shared;

	while (idle_echo__await(worker, echo->inboxes[worker->index]))
		if (eventfd_write(echo->answers, 1))
			return team_worker__fail(worker, "cannot answer");
	return 0;
}

/* Asks all at once and waits for their answers: from then on each of them waits for requests. */
static int idle_echo__greet(struct team_worker *worker)
{
	const struct idle_echo *echo = worker->shared;
	eventfd_t answers = 0, units;

	for (int i = 0; i < echo->threads; i++)
		if (eventfd_write(echo->inboxes[i], 1))
			return team_worker__fail(worker, "cannot ask");
	do {
		units = idle_echo__await(worker, echo->answers);
		answers += units;
	} while (units && answers < (eventfd_t)echo->threads);
	return 0;
}

static int idle_echo__ask(struct team_worker *worker)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};
	const struct idle_echo *echo = worker->shared;
	int status = idle_echo__greet(worker);
	int64_t start = clock__now();

	if (status)
		return status;
	for (int next = 0; !team_worker__stopped(worker); next = (next + 1) % echo->threads) {
		int64_t begin;

		clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
		begin = clock__now();
		if (eventfd_write(echo->inboxes[next], 1))
			return team_worker__fail(worker, "cannot ask");
		/* Who is stopped does not answer any more. */
		if (idle_echo__await(worker, echo->answers))
			team_worker__count(worker, begin, clock__now());
	}
	worker->extra[EXTRA_ASKING_NS] = clock__now() - start;
	return 0;
}

static int idle_echo__work(struct team_worker *worker)
{
	const struct idle_echo *echo = worker->shared;

	return worker->index < echo->threads ? idle_echo__answer(worker) : idle_echo__ask(worker);
}

static void idle_echo__free(struct idle_echo *echo)
{
	for (int i = 0; echo->inboxes && i < echo->threads; i++)
		if (echo->inboxes[i] >= 0)
			close(echo->inboxes[i]);
	if (echo->answers >= 0)
		close(echo->answers);
	free(echo->inboxes);
}

static int idle_echo__open(struct idle_echo *echo)
{
	int status = 0;

	echo->inboxes = calloc((size_t)echo->threads, sizeof(*echo->inboxes));
	if (!echo->inboxes)
		return -ENOMEM;
	echo->answers = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (echo->answers < 0)
		status = -errno;
	for (int i = 0; i < echo->threads; i++) {
		echo->inboxes[i] = status ? -1 : eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (!status && echo->inboxes[i] < 0)
			status = -errno;
	}
	return status;
}

int idle_echo__run(struct workload_run *run, char **error)
{
	struct idle_echo echo = {.threads = (int)run->options.threads, .answers = -1};
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = idle_echo__open(&echo);

	if (status) {
		failure__set(error, -status, "cannot make the inboxes of %d threads", echo.threads);
	} else {
		plan = workload_run__plan(run, idle_echo__work, &echo);
		plan.threads = echo.threads + 1;
		plan.helpers = 1;
		plan.helper = "client";
		status = team__run(&plan, &totals, error);
	}
	idle_echo__free(&echo);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "helper_threads", 1);
	if (totals.extra[EXTRA_ASKING_NS])
		workload_run__add_double(run, "requests_per_second",
					 (double)totals.operations * NS_PER_S /
						 (double)totals.extra[EXTRA_ASKING_NS]);
	return 0;
}
