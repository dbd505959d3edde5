// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/mixture.h"
#include "workloads/thread_clock.h"

#define PIECE_SIZE INT64_C(131072)
/* Of a thread's region; powers of two, so that an odd step leads through all of them. */
#define PIECES_MOST 128
#define PIECES_LEAST 8
/* Of all threads together: half a gigabyte, if the least for each is not more. */
#define PIECES_ALL 4096
/* A turn of computing takes this much of the wall clock, or up to twice as much. */
#define COMPUTE_NS 500000
#define STEPS 2000

static int64_t pieces_of(const struct mixture *mixture)
{
	int64_t pieces = PIECES_MOST;

	while (pieces > PIECES_LEAST && pieces * mixture->threads > PIECES_ALL)
		pieces /= 2;
	return pieces;
}

int64_t mixture__region(const struct mixture *mixture)
{
	return pieces_of(mixture) * PIECE_SIZE;
}

static int turn_fd(struct mixture_thread *thread, const struct mixture *mixture)
{
	(void)mixture;
	return growing_table__grow(&thread->table);
}

/*
 * Pieces in an order without neighbours, each once before the region is evicted again. The kernel
 * is told to fetch the piece, then one byte at its end is read: so nearly all of it is the fill and
 * waiting for it, and neither copying nor the switch to another thread is worth mentioning.
 */
static int turn_page(struct mixture_thread *thread, const struct mixture *mixture)
{
	int64_t region = (thread - mixture->of_thread) * mixture__region(mixture);
	int64_t piece = region + thread->piece++ * 37 % pieces_of(mixture) * PIECE_SIZE;
	char byte;

	errno = posix_fadvise(mixture->file, piece, PIECE_SIZE, POSIX_FADV_WILLNEED);
	if (errno)
		return -1;
	return pread(mixture->file, &byte, 1, piece + PIECE_SIZE - 1) == 1 ? 0 : -1;
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
	int64_t region = (thread - mixture->of_thread) * mixture__region(mixture);

	if (thread->piece % pieces_of(mixture))
		return 0;
	errno = posix_fadvise(mixture->file, region, mixture__region(mixture), POSIX_FADV_DONTNEED);
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
	struct tally_time begin, end;
	int status = 0;

	if (activities[part].prepare)
		status = activities[part].prepare(thread, mixture);
	thread_clock__read(thread->clock, &begin);
	if (!status)
		status = activities[part].turn(thread, mixture);
	thread_clock__read(thread->clock, &end);
	if (!status && activities[part].settle)
		status = activities[part].settle(thread, mixture);
	if (status)
		return team_worker__fail(worker, activities[part].failure);
	team_worker__count(worker, begin.life_ns, end.life_ns);
	thread->part_ns[part] +=
		part == MIXTURE_CPU ? end.run_ns - begin.run_ns
				    : end.life_ns - begin.life_ns - (end.delay_ns - begin.delay_ns);
	return 0;
}
