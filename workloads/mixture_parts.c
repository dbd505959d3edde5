// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/mixture.h"

#define PAGE_SIZE 4096
#define REGION_PAGES 2048
/* Reads in one turn. */
#define READS 8
/* A turn of computing takes this much of the wall clock, or up to twice as much. */
#define COMPUTE_NS 500000
#define STEPS 2000

int64_t mixture__region(void)
{
	return REGION_PAGES * PAGE_SIZE;
}

bool mixture_thread__read(const struct mixture_thread *thread, struct mixture_clock *clock)
{
	char line[96];
	ssize_t n = pread(thread->schedstat, line, sizeof(line) - 1, 0);
	long long delay;

	if (n <= 0)
		return false;
	line[n] = '\0';
	if (sscanf(line, "%*u %lld", &delay) != 1)
		return false;
	clock->delay_ns = delay;
	clock->run_ns = clock__read(CLOCK_THREAD_CPUTIME_ID);
	clock->life_ns = clock__now();
	return true;
}

static int turn_fd(struct mixture_thread *thread, const struct mixture *mixture)
{
	(void)mixture;
	return growing_table__grow(&thread->table);
}

/* Pages in an order without neighbours, each once before the region is evicted again. */
static int turn_page(struct mixture_thread *thread, const struct mixture *mixture)
{
	int64_t region = (thread - mixture->of_thread) * mixture__region();
	char buffer[PAGE_SIZE];

	for (int i = 0; i < READS; i++) {
		int64_t page = thread->page++ * 641 % REGION_PAGES;

		if (pread(mixture->file, buffer, PAGE_SIZE, region + page * PAGE_SIZE) < 0)
			return -1;
	}
	return 0;
}

static int turn_futex(struct mixture_thread *thread, const struct mixture *mixture)
{
	pthread_mutex_t *mutex = (pthread_mutex_t *)&mixture->mutex;

	(void)thread;
	pthread_mutex_lock(mutex);
	pthread_mutex_unlock(mutex);
	return 0;
}

/* Nothing but user code: the clock is read in user space too (vdso(7)). */
static int turn_cpu(struct mixture_thread *thread, const struct mixture *mixture)
{
	int64_t until = clock__now() + COMPUTE_NS + chance__below(&thread->chance, COMPUTE_NS);

	(void)mixture;
	do {
		uint64_t sum = 0;

		for (int i = 0; i < STEPS; i++)
			sum += chance__next(&thread->chance);
		__asm__ volatile("" : : "r"(sum));
	} while (clock__now() < until);
	return 0;
}

static int prepare_fd(struct mixture_thread *thread, const struct mixture *mixture)
{
	(void)mixture;
	return growing_table__prepare(&thread->table);
}

static int settle_fd(struct mixture_thread *thread, const struct mixture *mixture)
{
	(void)mixture;
	growing_table__settle(&thread->table);
	return 0;
}

static int settle_page(struct mixture_thread *thread, const struct mixture *mixture)
{
	int64_t region = (thread - mixture->of_thread) * mixture__region();

	if (thread->page % REGION_PAGES)
		return 0;
	errno = posix_fadvise(mixture->file, region, mixture__region(), POSIX_FADV_DONTNEED);
	return errno ? -1 : 0;
}

typedef int (*step)(struct mixture_thread *thread, const struct mixture *mixture);

/* Only the turn is on the part's account; each step returns 0 or -1 with errno. */
static const struct {
	step prepare, turn, settle;
	const char *failure;
} activities[MIXTURE_PARTS] = {
	[MIXTURE_FD] = {prepare_fd, turn_fd, settle_fd, "cannot make a descriptor table grow"},
	[MIXTURE_PAGE] = {NULL, turn_page, settle_page, "cannot read a cold page"},
	[MIXTURE_FUTEX] = {NULL, turn_futex, NULL, NULL},
	[MIXTURE_CPU] = {NULL, turn_cpu, NULL, NULL},
};

int mixture_thread__turn(struct mixture_thread *thread, struct team_worker *worker,
			 enum mixture_part part)
{
	const struct mixture *mixture = worker->shared;
	struct mixture_clock begin, end;
	int status = 0;

	if (activities[part].prepare)
		status = activities[part].prepare(thread, mixture);
	mixture_thread__read(thread, &begin);
	if (!status)
		status = activities[part].turn(thread, mixture);
	mixture_thread__read(thread, &end);
	if (!status && activities[part].settle)
		status = activities[part].settle(thread, mixture);
	if (status)
		return team_worker__fail(worker, activities[part].failure);
	team_worker__count(worker, begin.life_ns, end.life_ns);
	thread->part_ns[part] += part == MIXTURE_CPU
					 ? end.run_ns - begin.run_ns
					 : end.life_ns - begin.life_ns -
						   (end.delay_ns - begin.delay_ns);
	return 0;
}
