// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Simulated programs that are as steady as they are unsteady: pairs of their captures must show no
 * difference, and must show one where there is one.
 */
#include "book.h"

#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/comparison.h"

#define SLICES 10
#define THREADS 3
#define PAIRS 100
#define CPU_STACKS 8
#define TICK_NS 10000000

static const char *const cpu_stacks[CPU_STACKS] = {
	"main;parse",
	"main;parse;word",
	"main;hash",
	"main;hash;round",
	"main;hash;fold",
	"main;write;format",
	"main;write|sys;ext4_write",
	"main;read|sys;vfs_read",
};

/* What a program does in a second, in milliseconds, and how it scatters. */
struct program {
	double lock_ms;
	double lock_scatter_ms;
	double likeness; /* of a second to the one before it */
	double run_ms;
};

/* About normal: the sum of 12 even ones. */
static double scatter(GRand *chance)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += g_rand_double(chance);
	return sum;
}

static void wait_in(struct book *book, store_id thread, int slice, const char *stack, int64_t ns)
{
	book__evidence(book, (struct store_evidence){.thread = thread,
						     .slice = slice,
						     .state = STATE_INTERRUPTIBLE,
						     .syscall = SYS_futex,
						     .class = 20,
						     .stack = book__stack(book, stack),
						     .futex_op = FUTEX_WAIT,
						     .count = 1,
						     .ns = ns,
						     .weight = (double)ns});
}

/* Ticks of the clock: each falls by chance on one of the stacks. */
static void run_in(struct book *book, store_id thread, int slice, int64_t ns, GRand *chance)
{
	int64_t ticks[CPU_STACKS] = {0};

	book__ledger(book, (struct store_ledger){thread, slice, STATE_RUNNING, SYSCALL_NONE, 0, 10,
						 ns, 0});
	/* The first one comes at any time. */
	for (int64_t left = ns - g_rand_int_range(chance, 0, TICK_NS); left > 0; left -= TICK_NS)
		ticks[g_rand_int_range(chance, 0, CPU_STACKS)]++;
	for (int i = 0; i < CPU_STACKS; i++) {
		if (!ticks[i])
			continue;
		book__evidence(book,
			       (struct store_evidence){.thread = thread,
						       .slice = slice,
						       .state = STATE_RUNNING,
						       .syscall = SYSCALL_NONE,
						       .stack = book__stack(book, cpu_stacks[i]),
						       .futex_op = FUTEX_OP_NONE,
						       .count = ticks[i],
						       .ns = ticks[i] * TICK_NS,
						       .weight = (double)ticks[i] * TICK_NS});
	}
}

static struct analysis *capture(const struct program *program, GRand *chance)
{
	struct book *book = book__open(SLICES);
	struct analysis *analysis;

	for (int tid = 1; tid <= THREADS; tid++) {
		store_id thread = book__thread(book, tid);
		double drift = scatter(chance);

		for (int i = 1; i <= SLICES; i++) {
			double fresh = sqrt(1 - program->likeness * program->likeness);
			int64_t run =
				(int64_t)(1e6 * program->run_ms * (1 + 0.07 * scatter(chance)));
			int64_t lock;

			drift = program->likeness * drift + fresh * scatter(chance);
			lock = (int64_t)(1e6 *
					 (program->lock_ms + program->lock_scatter_ms * drift));
			run_in(book, thread, i, run, chance);
			book__ledger(book,
				     (struct store_ledger){thread, i, STATE_INTERRUPTIBLE,
							   SYS_futex, 20, 2, SECOND - run, 0});
			wait_in(book, thread, i, "main;pthread_mutex_lock|do_futex;futex_wait",
				lock);
			wait_in(book, thread, i, "main;pthread_cond_wait|do_futex;futex_wait",
				SECOND - run - lock);
		}
	}
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

struct outcome {
	bool any; /* row is a finding */
	bool lock; /* more time in lock/futex is one */
};

static struct outcome compare(const struct program *before, const struct program *after,
			      GRand *chance)
{
	const struct comparison_request request = {.divisor = PER_WALL_SECOND};
	struct analysis *old = capture(before, chance), *new = capture(after, chance);
	struct comparison *comparison;
	struct outcome outcome = {0};
	char *error = NULL;

	new->capture.started_unix_ns += SECOND;
	if (comparison__new(&comparison, old, new, &request, &error))
		fail_msg("%s", error);
	/* Nothing is told by not being asked. */
	assert_true(comparison->tested >= (before->run_ms > 100 ? 5U + CPU_STACKS : 5U));
	for (int table = 0; table < COMPARED_COUNT; table++) {
		for (size_t i = 0; i < comparison->tables[table].count; i++) {
			const struct change_row *row = &comparison->tables[table].rows[i];

			outcome.any |= row->verdict == VERDICT_MORE || row->verdict == VERDICT_LESS;
			outcome.lock |= row->name && !strcmp(row->name, "lock/futex") &&
					row->verdict == VERDICT_MORE;
		}
	}
	comparison__free(comparison);
	analysis__free(old);
	analysis__free(new);
	return outcome;
}

static const struct program programs[] = {
	{.lock_ms = 300, .lock_scatter_ms = 3, .likeness = 0, .run_ms = 300},
	{.lock_ms = 300, .lock_scatter_ms = 30, .likeness = 0, .run_ms = 300},
	{.lock_ms = 300, .lock_scatter_ms = 30, .likeness = 0.5, .run_ms = 300},
	{.lock_ms = 300, .lock_scatter_ms = 3, .likeness = 0, .run_ms = 2},
};

/*
 * At least 95 of 100, of programs that scatter little, much, with a memory, and of one that runs
 * for half a percent of the time: six ticks of the clock are all that is known of it.
 */
static void steady_programs_show_no_difference(void **state)
{
	GRand *chance = g_rand_new_with_seed(7);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		int different = 0;

		for (int pair = 0; pair < PAIRS; pair++)
			different += compare(&programs[i], &programs[i], chance).any;
		print_message("program %zu: %d of %d pairs differ\n", i, different, PAIRS);
		assert_in_range(different, 0, 5);
	}
	g_rand_free(chance);
}

/* 100 ms of a second, in a thread each: a tenth of wall time, with ten slices of a second. */
static void a_tenth_of_wall_time_is_found(void **state)
{
	GRand *chance = g_rand_new_with_seed(11);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		struct program more = programs[i];
		int found = 0;

		more.lock_ms += 100;
		for (int pair = 0; pair < PAIRS / 4; pair++)
			found += compare(&programs[i], &more, chance).lock;
		print_message("program %zu: found in %d of %d pairs\n", i, found, PAIRS / 4);
		assert_true(found >= PAIRS / 4 - 1);
	}
	g_rand_free(chance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(steady_programs_show_no_difference),
		cmocka_unit_test(a_tenth_of_wall_time_is_found),
	};

	return cmocka_run_group_tests_name("steady", tests, NULL, NULL);
}
