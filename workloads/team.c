// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/team.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/tally.h"

/* How often threads that are to stop are knocked out of the system calls they block in. */
#define KNOCK_MS 20

struct team {
	const struct team_plan *plan;
	struct team_worker *workers;
	pthread_t *threads;
	int made; /* threads that were created */
	atomic_int working; /* threads that have not ended, helpers not counted */
	int done_fd; /* an eventfd that counts the threads that are ready, and then that ended */
	int64_t deadline_ns;
	int start_fd; /* an eventfd with one unit for each thread that may begin */
	atomic_bool abandoned; /* not all threads could be made: do not begin */
	atomic_bool stop;
	atomic_int failed; /* errno of the first failure */
	const char *failed_what; /* set before `failed` is read: the thread ended since */
};

bool team_worker__stopped(const struct team_worker *worker)
{
	return worker->operations >= worker->quota ||
	       atomic_load_explicit(&worker->team->stop, memory_order_relaxed);
}

int64_t team_worker__deadline(const struct team_worker *worker)
{
	return worker->team->deadline_ns;
}

void team_worker__count(struct team_worker *worker, int64_t begin_ns, int64_t end_ns)
{
	worker->operations++;
	worker->operation_ns += end_ns - begin_ns;
	latency__add(&worker->latency, end_ns - begin_ns);
}

int64_t team__share(int64_t operations, int threads, int index)
{
	if (operations == TEAM_UNLIMITED)
		return TEAM_UNLIMITED;
	return operations / threads + (index < operations % threads);
}

int team_worker__fail(struct team_worker *worker, const char *what)
{
	struct team *team = worker->team;
	int code = errno ? errno : EIO;
	int none = 0;

	if (atomic_compare_exchange_strong(&team->failed, &none, code))
		team->failed_what = what;
	atomic_store(&team->stop, true);
	return -code;
}

static bool team_worker__helps(const struct team_worker *worker)
{
	const struct team_plan *plan = worker->team->plan;

	return worker->index >= plan->threads - plan->helpers;
}

static void team_worker__work(struct team_worker *worker)
{
	struct team *team = worker->team;

	worker->time = tally_time__now(worker->books);
	team->plan->work(worker);
	worker->time = tally_time__since(tally_time__now(worker->books), worker->time);
	/* Who only serves has nothing to do when there is nobody left to serve. */
	if (!team_worker__helps(worker) && atomic_fetch_sub(&team->working, 1) == 1)
		atomic_store(&team->stop, true);
}

/*
 * The kernel keeps 15 characters (TASK_COMM_LEN, include/linux/sched.h): eleven leave room for an
 * index below a thousand, ten for any.
 */
static void team_worker__name(const struct team_worker *worker, char name[16])
{
	const struct team_plan *plan = worker->team->plan;

	if (plan->helper && team_worker__helps(worker))
		snprintf(name, 16, "%s", plan->helper);
	else
		snprintf(name, 16, "%.*s/%d", worker->index < 1000 ? 11 : 10, plan->name,
			 worker->index);
}

/* Takes what the events have, and waits for it first: idle, and not in a read as of a file. */
static eventfd_t team__await(int events)
{
	struct pollfd poll_fd = {.fd = events, .events = POLLIN};
	eventfd_t units = 0;

	while (eventfd_read(events, &units))
		poll(&poll_fd, 1, -1);
	return units;
}

static void *team__thread(void *argument)
{
	struct team_worker *worker = argument;
	struct team *team = worker->team;
	char name[16];

	team_worker__name(worker, name);
	pthread_setname_np(pthread_self(), name);
	worker->tid = gettid();
	eventfd_write(team->done_fd, 1);
	team__await(team->start_fd);
	if (!atomic_load(&team->abandoned))
		team_worker__work(worker);
	eventfd_write(team->done_fd, 1);
	/* The last that it does, but for its end. */
	worker->life = tally_time__now(worker->books);
	worker->life.life_ns -= worker->born_ns;
	return NULL;
}

static void team__knock(int signal)
{
	(void)signal;
}

/* Without SA_RESTART: a blocking call is to return EINTR. */
static int team__catch_knocks(void)
{
	struct sigaction action = {.sa_handler = team__knock};

	return sigaction(SIGUSR1, &action, NULL) ? -errno : 0;
}

static int team__timeout(const struct team *team)
{
	int64_t left = team->deadline_ns - clock__now();

	if (atomic_load(&team->stop))
		return KNOCK_MS;
	/* Rounded up: a poll that ends too early would only be repeated. */
	return left <= 0 ? 0 : (int)((left + 999999) / 1000000);
}

static void team__stop(struct team *team)
{
	atomic_store(&team->stop, true);
	for (int i = 0; i < team->made; i++)
		pthread_kill(team->threads[i], SIGUSR1);
}

static void team__wait(struct team *team)
{
	struct pollfd fds[] = {
		{.fd = team->done_fd, .events = POLLIN},
		{.fd = team->plan->interrupt_fd, .events = POLLIN},
	};
	eventfd_t ended, sum = 0;

	while (sum < (eventfd_t)team->made) {
		/* A signal that has come stays readable, so it is looked for only once. */
		nfds_t watched = atomic_load(&team->stop) ? 1 : 2;
		int ready = poll(fds, watched, team__timeout(team));

		if (ready > 0 && (fds[0].revents & POLLIN) && !eventfd_read(team->done_fd, &ended))
			sum += ended;
		if (ready == 0 || (watched == 2 && (fds[1].revents & POLLIN)) ||
		    atomic_load(&team->stop))
			team__stop(team);
	}
}

static int team__create(struct team *team)
{
	const struct team_plan *plan = team->plan;
	int labour = plan->threads - plan->helpers;
	int status;

	atomic_store(&team->working, labour);
	for (; team->made < plan->threads; team->made++) {
		struct team_worker *worker = &team->workers[team->made];

		worker->index = team->made;
		worker->shared = plan->shared;
		worker->team = team;
		worker->books = -1;
		worker->born_ns = clock__now();
		worker->quota = team_worker__helps(worker)
					? TEAM_UNLIMITED
					: team__share(plan->operations, labour, team->made);
		status = pthread_create(&team->threads[team->made], NULL, team__thread, worker);
		if (status)
			return -status;
	}
	return 0;
}

/* Waits until every thread that was made has told its id; none can have ended before it may begin.
 */
static void team__gather(const struct team *team)
{
	eventfd_t sum = 0;

	while (sum < (eventfd_t)team->made)
		sum += team__await(team->done_fd);
}

/*
 * The threads find their books open. So the calls they make are those of their work alone, and who
 * uses up all descriptors can still look.
 */
static void team__open_books(const struct team *team)
{
	for (int i = 0; i < team->made; i++)
		team->workers[i].books = tally_time__open(team->workers[i].tid);
}

static void team__close_books(const struct team *team)
{
	for (int i = 0; i < team->made; i++)
		if (team->workers[i].books >= 0)
			close(team->workers[i].books);
}

static void team__add(const struct team *team, struct team_totals *totals)
{
	for (int i = 0; i < team->made; i++) {
		totals->operations += team->workers[i].operations;
		totals->operation_ns += team->workers[i].operation_ns;
		for (int k = 0; k < TEAM_EXTRA; k++)
			totals->extra[k] += team->workers[i].extra[k];
	}
}

/* Of all threads, each by its name. */
static int team__tell(const struct team *team)
{
	int status = 0;

	for (int i = 0; team->plan->tally && i < team->made && !status; i++) {
		const struct team_worker *worker = &team->workers[i];
		char name[16];

		team_worker__name(worker, name);
		status = tally__add(team->plan->tally, &(struct tally_entry){
							       .name = name,
							       .tid = worker->tid,
							       .operations = worker->operations,
							       .operation_ns = worker->operation_ns,
							       .time = worker->time,
							       .life = worker->life,
							       .latency = &worker->latency,
						       });
	}
	return status;
}

static int team__go(struct team *team, struct team_totals *totals, char **error)
{
	int64_t begin;
	int status = team__create(team);

	if (status)
		atomic_store(&team->abandoned, true);
	team__gather(team);
	team__open_books(team);
	begin = clock__now();
	team->deadline_ns = team->plan->deadline_ns ? team->plan->deadline_ns
						    : begin + team->plan->run_ns;
	eventfd_write(team->start_fd, (eventfd_t)team->plan->threads);
	team__wait(team);
	totals->elapsed_ns += clock__now() - begin;
	for (int i = 0; i < team->made; i++)
		pthread_join(team->threads[i], NULL);
	team__close_books(team);
	team__add(team, totals);
	if (status)
		return failure__set(error, -status, "cannot create thread %d of %d", team->made + 1,
				    team->plan->threads);
	if (atomic_load(&team->failed))
		return failure__set(error, atomic_load(&team->failed), "%s", team->failed_what);
	if (team__tell(team))
		return failure__set(error, ENOMEM, "no memory for what %d threads did",
				    team->plan->threads);
	return 0;
}

static int team__open_events(struct team *team)
{
	team->start_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE);
	team->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return team->start_fd < 0 || team->done_fd < 0 ? -errno : 0;
}

static void team__close_events(const struct team *team)
{
	if (team->start_fd >= 0)
		close(team->start_fd);
	if (team->done_fd >= 0)
		close(team->done_fd);
}

int team__run(const struct team_plan *plan, struct team_totals *totals, char **error)
{
	struct team team = {.plan = plan, .start_fd = -1, .done_fd = -1};
	size_t size = (size_t)plan->threads * sizeof(*team.workers);
	int status;

	team.workers = aligned_alloc(_Alignof(struct team_worker), size);
	team.threads = calloc((size_t)plan->threads, sizeof(*team.threads));
	if (!team.workers || !team.threads) {
		status = failure__set(error, ENOMEM, "%d threads", plan->threads);
		goto out;
	}
	memset(team.workers, 0, size);
	status = team__open_events(&team);
	if (!status)
		status = team__catch_knocks();
	if (status)
		failure__set(error, -status, "cannot prepare %d threads", plan->threads);
	else
		status = team__go(&team, totals, error);
	team__close_events(&team);
out:
	free(team.workers);
	free(team.threads);
	return status;
}
