// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Four causes in known shares: each thread does what lags most behind its share, by its own clock,
 * so that at any time the four are as was asked for.
 *
 * Each part is a system call or two, or none, with nothing but the cause in it: fcntl(2) that
 * makes a shared descriptor table grow, pread(2) of a piece of a file that was sent for just then
 * and is not in memory, a lock of a mutex that a helper holds with naps, and a loop. On its account
 * is the time in that call, asleep or running; what the thread waited for a CPU meanwhile
 * (schedstat) is not: that is no fault of the call, and has an account of its own (delay_ns). All
 * else the threads do (new tables, evicting pages, reading the clocks) is other_ns. So the parts,
 * other_ns and delay_ns are the threads' lives.
 */
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/failure.h"
#include "workloads/mixture.h"
#include "workloads/nameless.h"
#include "workloads/scratch.h"
#include "workloads/thread_clock.h"

/* The helper's naps, with the mutex and without it: in the second all who wait get it. */
#define HELD_NS 2000000
#define FREE_NS 200000

enum { EXTRA_HOLDER_WAIT_NS };

static const char *const part_keys[MIXTURE_PARTS] = {
	[MIXTURE_FD] = "fd_ns",
	[MIXTURE_PAGE] = "page_ns",
	[MIXTURE_FUTEX] = "futex_ns",
	[MIXTURE_CPU] = "cpu_ns",
};

static int64_t mixture_thread__parts(const struct mixture_thread *thread)
{
	int64_t sum = 0;

	for (int part = 0; part < MIXTURE_PARTS; part++)
		sum += thread->part_ns[part];
	return sum;
}

/* What lags most behind its share; in the beginning, what comes first after `first`. */
static enum mixture_part mixture_thread__choose(const struct mixture_thread *thread,
						const int64_t percent[MIXTURE_PARTS], int first)
{
	int64_t sum = mixture_thread__parts(thread);
	int64_t most = INT64_MIN;
	int chosen = 0;

	for (int i = 0; i < MIXTURE_PARTS; i++) {
		int part = (first + i) % MIXTURE_PARTS;
		int64_t lag = sum / 100 * percent[part] - thread->part_ns[part];

		if (percent[part] && lag > most) {
			most = lag;
			chosen = part;
		}
	}
	return (enum mixture_part)chosen;
}

static int mixture_thread__open(struct mixture_thread *thread, struct team_worker *worker)
{
	struct tally_time now;

	thread->clock = thread_clock__open();
	if (thread->clock < 0 || !thread_clock__read(thread->clock, &now))
		return team_worker__fail(worker, "cannot read /proc/thread-self/schedstat");
	if (!growing_table__open(&thread->table))
		return 0;
	close(thread->clock);
	return team_worker__fail(worker, "cannot have a descriptor table that grows; raise "
					 "RLIMIT_NOFILE (ulimit -n)");
}

static int mixture__act(struct team_worker *worker)
{
	const struct mixture *mixture = worker->shared;
	struct mixture_thread *thread = &mixture->of_thread[worker->index];
	const int64_t *percent = mixture->options->mixture;
	struct tally_time begin = {0};
	int first, status;

	thread->chance = chance__of(mixture->options->seed, worker->index);
	first = (int)chance__below(&thread->chance, MIXTURE_PARTS);
	status = mixture_thread__open(thread, worker);
	if (status)
		return status;
	thread_clock__read(thread->clock, &begin);
	while (!status && !team_worker__stopped(worker))
		status = mixture_thread__turn(thread, worker,
					      mixture_thread__choose(thread, percent, first));
	growing_table__close(&thread->table);
	thread_clock__read(thread->clock, &thread->life);
	close(thread->clock);
	thread->life.life_ns -= begin.life_ns;
	thread->life.run_ns -= begin.run_ns;
	thread->life.delay_ns -= begin.delay_ns;
	return status;
}

/* Holds the mutex, and knows what it waited for it itself. */
static int mixture__hold(struct team_worker *worker)
{
	static const struct timespec held = {.tv_nsec = HELD_NS}, given_back = {.tv_nsec = FREE_NS};
	struct mixture *mixture = worker->shared;

	while (!team_worker__stopped(worker)) {
		int64_t begin = clock__now();

		pthread_mutex_lock(&mixture->mutex);
		worker->extra[EXTRA_HOLDER_WAIT_NS] += clock__now() - begin;
		clock_nanosleep(CLOCK_MONOTONIC, 0, &held, NULL);
		pthread_mutex_unlock(&mixture->mutex);
		clock_nanosleep(CLOCK_MONOTONIC, 0, &given_back, NULL);
	}
	return 0;
}

static int mixture__work(struct team_worker *worker)
{
	const struct mixture *mixture = worker->shared;

	return worker->index < mixture->threads ? mixture__act(worker) : mixture__hold(worker);
}

/* Adds the fields of an account; `sum` is of the parts. */
static void add_account(struct json_object *object, const struct mixture_thread *account)
{
	int64_t sum = mixture_thread__parts(account);

	for (int part = 0; part < MIXTURE_PARTS; part++)
		json_object_object_add(object, part_keys[part],
				       json_object_new_int64(account->part_ns[part]));
	json_object_object_add(
		object, "other_ns",
		json_object_new_int64(account->life.life_ns - account->life.delay_ns - sum));
	json_object_object_add(object, "delay_ns", json_object_new_int64(account->life.delay_ns));
}

static void mixture__report(const struct mixture *mixture, struct workload_run *run)
{
	struct json_object *rows = json_object_new_array();
	struct mixture_thread sum = {.part_ns = {0}};

	for (int i = 0; i < mixture->threads; i++) {
		const struct mixture_thread *thread = &mixture->of_thread[i];
		struct json_object *row = json_object_new_object();

		json_object_object_add(row, "thread", json_object_new_int(i));
		add_account(row, thread);
		json_object_array_add(rows, row);
		for (int part = 0; part < MIXTURE_PARTS; part++)
			sum.part_ns[part] += thread->part_ns[part];
		sum.life.life_ns += thread->life.life_ns;
		sum.life.delay_ns += thread->life.delay_ns;
	}
	add_account(run->report, &sum);
	json_object_object_add(run->report, "accounts", rows);
}

static int mixture__measure(struct mixture *mixture, struct workload_run *run, char **error)
{
	const struct workload_options *options = &run->options;
	int64_t size = mixture->threads * mixture__region(mixture);
	struct team_totals totals = {0};
	struct team_plan plan;
	int status = nameless__fill(mixture->file, size, run->interrupt_fd, error);

	if (!status)
		status = nameless__evict(mixture->file, size, scratch__parent(options->dir), error);
	if (status)
		return status;
	/* A read of one page is to fetch one page. */
	posix_fadvise(mixture->file, 0, 0, POSIX_FADV_RANDOM);
	plan = workload_run__plan(run, mixture__work, mixture);
	plan.threads = mixture->threads + 1;
	plan.helpers = 1;
	plan.helper = "mutex-holder";
	status = team__run(&plan, &totals, error);
	if (status)
		return status;
	workload_run__report(run, &totals);
	workload_run__add_int(run, "helper_threads", 1);
	workload_run__add_int(run, "seed", options->seed);
	workload_run__add_int(run, "holder_wait_ns", totals.extra[EXTRA_HOLDER_WAIT_NS]);
	mixture__report(mixture, run);
	return 0;
}

int mixture__run(struct workload_run *run, char **error)
{
	struct mixture mixture = {
		.mutex = PTHREAD_MUTEX_INITIALIZER,
		.threads = (int)run->options.threads,
		.options = &run->options,
	};
	size_t size = (size_t)mixture.threads * sizeof(*mixture.of_thread);
	int status;

	mixture.of_thread = aligned_alloc(_Alignof(struct mixture_thread), size);
	if (!mixture.of_thread)
		return failure__set(error, ENOMEM, "%d threads", mixture.threads);
	memset(mixture.of_thread, 0, size);
	status = mixture.file = nameless__open(run->options.dir, error);
	if (mixture.file >= 0) {
		status = mixture__measure(&mixture, run, error);
		close(mixture.file);
	}
	free(mixture.of_thread);
	return status;
}
