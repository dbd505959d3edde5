// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A ledger that was kept for a part of the time: what is told of the rest. A made-up thread, of
 * which all is known, is watched in randomly drawn pieces of time as bpf/cover.bpf.h does it.
 */
#include "book.h"

#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define PIPE "main;read|do_syscall_64;ksys_read;vfs_read;pipe_read;schedule"
#define SLEEP "main|do_syscall_64;hrtimer_nanosleep;do_nanosleep;schedule"

#define SLICES 12
#define KINDS 2
#define CLASSES 64
#define PIECE_NS 2097152
#define REPEATS 60

/* What a thread does between two runs. */
static const struct {
	const char *path;
	const char *stack;
	int64_t syscall;
	double often;
	double mean_ns;
} kinds[KINDS] = {
	{"io/pipe", PIPE, SYS_read, 0.985, 40e3},
	{"idle/sleep", SLEEP, SYS_nanosleep, 0.015, 5e6},
};

struct seen {
	int64_t count;
	int64_t ns;
};

struct life {
	struct seen seen[SLICES][KINDS][CLASSES];
	struct seen unseen[SLICES];
	struct seen runs[SLICES];
	double truth[KINDS];
};

static uint64_t next(uint64_t *random)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return *random * 0x2545f4914f6cdd1dULL;
}

static double unit(uint64_t *random)
{
	return ((double)(next(random) >> 11) + 0.5) / 0x1p53;
}

static int64_t length(uint64_t *random, double mean_ns)
{
	return 1 + (int64_t)(-mean_ns * log(unit(random)));
}

static int slice_of(int64_t at_ns)
{
	return (int)MIN(at_ns / SECOND, SLICES - 1);
}

/* Each span lies where it begins: here nothing is split between slices. */
static void live(struct life *life, double share, uint64_t *random)
{
	int64_t at_ns = 0, piece = -1, missing_ns = 0, missing = 0;
	bool seen = true, watched = true;

	memset(life, 0, sizeof(*life));
	while (at_ns < SLICES * SECOND) {
		int kind = unit(random) > kinds[0].often;
		int64_t off_ns = length(random, kinds[kind].mean_ns);
		int64_t run_ns = length(random, 10e3);
		int slice = slice_of(at_ns),
		    class = 63 - __builtin_clzll((unsigned long long)off_ns);

		life->truth[kind] += (double)off_ns;
		life->runs[slice].count++;
		life->runs[slice].ns += run_ns;
		at_ns += off_ns + run_ns;
		if (at_ns / PIECE_NS != piece) {
			piece = at_ns / PIECE_NS;
			watched = unit(random) < share;
		}
		if (seen && watched) {
			life->seen[slice][kind][class].count++;
			life->seen[slice][kind][class].ns += off_ns;
		} else {
			missing++;
			missing_ns += off_ns;
		}
		if (watched && missing) {
			life->unseen[slice].count += missing;
			life->unseen[slice].ns += missing_ns;
			missing = missing_ns = 0;
		}
		seen = watched;
	}
	life->unseen[SLICES - 1].count += missing;
	life->unseen[SLICES - 1].ns += missing_ns;
}

static void write_seen(struct book *book, store_id thread, int slice, int kind, int class,
		       const struct seen *seen)
{
	if (!seen->count)
		return;
	book__ledger(book,
		     (struct store_ledger){thread, slice + 1, STATE_INTERRUPTIBLE,
					   kinds[kind].syscall, class, seen->count, seen->ns, 0});
	book__evidence(book, (struct store_evidence){
				     thread, slice + 1, STATE_INTERRUPTIBLE, kinds[kind].syscall,
				     class, book__stack(book, kinds[kind].stack), LOCK_NONE,
				     FUTEX_OP_NONE, seen->count, seen->ns, 0, (double)seen->ns, 0});
}

static struct analysis *analyze(const struct life *life, double share)
{
	struct book *book = book__open(SLICES);
	store_id thread = book__thread(book, 1);
	const struct store_pace pace = {T0, PACE_LEDGER, llround(share * 1e6), -1, "at first"};
	struct analysis *analysis;

	assert_int_equal(store_writer__pace(book->writer, &pace), 0);
	for (int slice = 0; slice < SLICES; slice++) {
		for (int kind = 0; kind < KINDS; kind++)
			for (int class = 0; class < CLASSES; class ++)
				write_seen(book, thread, slice, kind, class,
					   &life->seen[slice][kind][class]);
		book__ledger(book, (struct store_ledger){thread, slice + 1, STATE_RUNNING,
							 SYSCALL_NONE, 0, life->runs[slice].count,
							 life->runs[slice].ns, 0});
		if (life->unseen[slice].ns)
			book__ledger(book, (struct store_ledger){thread, slice + 1,
								 STATE_UNOBSERVED, SYSCALL_NONE, 0,
								 life->unseen[slice].count,
								 life->unseen[slice].ns, 0});
	}
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

static void the_truth_is_in_its_interval(double share)
{
	uint64_t random = 0x9e3779b97f4a7c15ULL;
	struct life *life = g_new(struct life, 1);
	int held[KINDS] = {0};
	double ratio[KINDS] = {0};

	for (int i = 0; i < REPEATS; i++) {
		struct analysis *analysis;
		struct figure all;

		live(life, share, &random);
		analysis = analyze(life, share);
		assert_consistent(analysis);
		all = sum_of_pieces(analysis, 0, NULL);
		assert_true(all.low == all.high && all.basis == BASIS_EXACT);
		for (int kind = 0; kind < KINDS; kind++) {
			const struct figure *time = &cause_of(analysis, kinds[kind].path)->time;
			struct figure sum = sum_of_pieces(analysis, 0, kinds[kind].path);

			assert_int_equal(time->basis, BASIS_SAMPLED);
			/* How far the slices differ is not in pieces. */
			assert_near(sum.ns, time->ns);
			assert_true(isnan(sum.low) && isnan(sum.high));
			held[kind] += time->low <= life->truth[kind] &&
				      life->truth[kind] <= time->high;
			ratio[kind] += time->ns / life->truth[kind] / REPEATS;
		}
		analysis__free(analysis);
	}
	for (int kind = 0; kind < KINDS; kind++) {
		print_message("%g of the time: %s: held %d of %d, told %.3f of the truth\n", share,
			      kinds[kind].path, held[kind], REPEATS, ratio[kind]);
		/* Of 95 %, five deviations of chance lower. */
		assert_true(held[kind] > REPEATS * (0.95 - 5 * sqrt(0.95 * 0.05 / REPEATS)));
		assert_true(fabs(ratio[kind] - 1) < 0.06);
	}
	g_free(life);
}

static void a_half(void **state)
{
	(void)state;
	the_truth_is_in_its_interval(0.5);
}

static void a_tenth(void **state)
{
	(void)state;
	the_truth_is_in_its_interval(0.1);
}

/* Where nothing was missed, nothing changes. */
static void all(void **state)
{
	uint64_t random = 1;
	struct life *life = g_new(struct life, 1);
	struct analysis *analysis;

	(void)state;
	live(life, 1, &random);
	analysis = analyze(life, 1);
	for (int kind = 0; kind < KINDS; kind++) {
		assert_int_equal(cause_of(analysis, kinds[kind].path)->time.basis, BASIS_EXACT);
		assert_near(cause_of(analysis, kinds[kind].path)->time.ns, life->truth[kind]);
	}
	analysis__free(analysis);
	g_free(life);
}

/* A thread that was never seen off the CPU: its process's others tell, and it is called a guess. */
static void others_tell(void **state)
{
	struct book *book = book__open(2);
	store_id seen = book__thread(book, 1), unseen = book__thread(book, 2);
	const struct store_pace pace = {T0, PACE_LEDGER, 100000, -1, "at first"};
	const struct seen some = {10, 400000};
	struct analysis *analysis;
	const struct figure *time;

	(void)state;
	assert_int_equal(store_writer__pace(book->writer, &pace), 0);
	write_seen(book, seen, 0, 0, 15, &some);
	write_seen(book, seen, 1, 0, 15, &some);
	book__ledger(book, (struct store_ledger){unseen, 2, STATE_UNOBSERVED, SYSCALL_NONE, 0, 9,
						 SECOND, SECOND / 2});
	analysis = book__analyze(book);
	assert_consistent(analysis);
	time = &cause_of(analysis, "io/pipe")->time;
	assert_int_equal(time->basis, BASIS_ESTIMATED);
	assert_near(time->ns, SECOND + 800000);
	/* Nobody was seen waiting for a CPU: it is that, but nothing tells which. */
	assert_near(cause_of(analysis, "switching/run-queue")->time.ns, SECOND / 2);
	assert_near(analysis->states.ns[STATE_UNOBSERVED], SECOND + SECOND / 2);
	analysis__free(analysis);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_half),
		cmocka_unit_test(a_tenth),
		cmocka_unit_test(all),
		cmocka_unit_test(others_tell),
	};

	return cmocka_run_group_tests_name("unobserved", tests, NULL, NULL);
}
