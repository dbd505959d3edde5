// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/syscall_sampler.h"

#include "collector/moment_draw.h"
#include "collector/now.h"
#include "collector/syscall_link.h"

#include <glib.h>
#include <sched.h>
#include <signal.h>

/* What it takes to attach, as a rule: a moment that is not ready yet begins later. */
#define LEAD_NS 600000LL
#define READY_NS 20000LL

struct syscall_sampler {
	struct syscall_link *link;
	struct moment_draw draw;
	uint32_t share_ppm;
	GRand *random;
	GThread *thread;
	GMutex lock; /* of all below */
	GCond changed;
	bool stopped;
	uint64_t failed;
	GPtrArray *over; /* struct counted */
};

/* A moment and what was counted in it (struct engine_syscall). */
struct counted {
	struct moment moment;
	GArray *rows;
};

static void counted__free(gpointer data)
{
	struct counted *counted = data;

	g_array_free(counted->rows, TRUE);
	g_free(counted);
}

/* False when the sampler stops before. */
static bool wait_until(struct syscall_sampler *sampler, int64_t time_ns)
{
	bool has_come = false;

	g_mutex_lock(&sampler->lock);
	while (!sampler->stopped && !has_come)
		has_come = !g_cond_wait_until(&sampler->changed, &sampler->lock, time_ns / 1000);
	g_mutex_unlock(&sampler->lock);
	return has_come;
}

/* Waits for the moment that is drawn next; false when there is none. */
static bool await_next(struct syscall_sampler *sampler, struct moment *moment)
{
	*moment = moment_draw__next(&sampler->draw, now__monotonic(), sampler->share_ppm,
				    g_rand_double(sampler->random));
	return wait_until(sampler, moment->from_ns - LEAD_NS);
}

static void keep_row(void *ctx, const struct engine_syscall *row)
{
	g_array_append_vals(ctx, row, 1);
}

static void keep(struct syscall_sampler *sampler, struct counted *counted, int status)
{
	g_mutex_lock(&sampler->lock);
	if (status) {
		sampler->failed++;
		counted__free(counted);
	} else {
		g_ptr_array_add(sampler->over, counted);
	}
	g_mutex_unlock(&sampler->lock);
}

static void count(struct syscall_sampler *sampler, struct moment moment)
{
	struct counted *counted = g_new0(struct counted, 1);
	int status = syscall_link__attach(sampler->link);
	int64_t late_ns = now__monotonic() + READY_NS - moment.from_ns;
	bool whole = true;

	counted->rows = g_array_new(FALSE, FALSE, sizeof(struct engine_syscall));
	if (!status) {
		/* As long as any other, so that each counts for as much. */
		moment.from_ns += MAX(late_ns, 0);
		moment.to_ns += MAX(late_ns, 0);
		syscall_link__count(sampler->link, moment);
		whole = wait_until(sampler, moment.to_ns);
		syscall_link__detach(sampler->link);
		counted->moment = moment;
		status = syscall_link__take(sampler->link, keep_row, counted->rows);
	}
	if (whole)
		keep(sampler, counted, status);
	else
		counted__free(counted);
}

/*
 * Programs that stay attached because their turn to be detached does not come cost everybody. Who
 * may not do this (CAP_SYS_NICE) goes on as it is.
 */
static void be_punctual(void)
{
	const struct sched_param lowest = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};

	(void)sched_setscheduler(0, SCHED_FIFO, &lowest);
}

/* They are for the thread that sleeps until one comes. */
static void leave_signals_to_others(void)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static gpointer work(gpointer data)
{
	struct syscall_sampler *sampler = data;
	struct moment moment;

	leave_signals_to_others();
	be_punctual();
	while (await_next(sampler, &moment))
		count(sampler, moment);
	return NULL;
}

struct syscall_sampler *syscall_sampler__start(struct syscall_link *link, int64_t t0_ns,
					       uint32_t share_ppm)
{
	struct syscall_sampler *sampler = g_new0(struct syscall_sampler, 1);

	sampler->link = link;
	sampler->draw.next_ns = t0_ns;
	sampler->random = g_rand_new();
	sampler->share_ppm = share_ppm;
	sampler->over = g_ptr_array_new_with_free_func(counted__free);
	g_mutex_init(&sampler->lock);
	g_cond_init(&sampler->changed);
	sampler->thread = g_thread_new("calls", work, sampler);
	return sampler;
}

void syscall_sampler__stop(struct syscall_sampler *sampler)
{
	if (!sampler || !sampler->thread)
		return;
	g_mutex_lock(&sampler->lock);
	sampler->stopped = true;
	g_cond_signal(&sampler->changed);
	g_mutex_unlock(&sampler->lock);
	g_thread_join(sampler->thread);
	sampler->thread = NULL;
}

void syscall_sampler__free(struct syscall_sampler *sampler)
{
	if (!sampler)
		return;
	syscall_sampler__stop(sampler);
	g_ptr_array_free(sampler->over, TRUE);
	g_rand_free(sampler->random);
	g_mutex_clear(&sampler->lock);
	g_cond_clear(&sampler->changed);
	g_free(sampler);
}

void syscall_sampler__take(struct syscall_sampler *sampler, engine_moment_fn visit, void *ctx)
{
	GPtrArray *over;

	g_mutex_lock(&sampler->lock);
	over = sampler->over;
	sampler->over = g_ptr_array_new_with_free_func(counted__free);
	g_mutex_unlock(&sampler->lock);
	for (guint i = 0; i < over->len; i++) {
		const struct counted *counted = g_ptr_array_index(over, i);
		const struct engine_moment moment = {
			.from_ns = counted->moment.from_ns,
			.to_ns = counted->moment.to_ns,
			.rows = (const void *)counted->rows->data,
			.count = counted->rows->len,
		};

		visit(ctx, &moment);
	}
	g_ptr_array_free(over, TRUE);
}

uint64_t syscall_sampler__failed(struct syscall_sampler *sampler)
{
	uint64_t failed;

	g_mutex_lock(&sampler->lock);
	failed = sampler->failed;
	g_mutex_unlock(&sampler->lock);
	return failed;
}
