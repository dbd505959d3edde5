// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "../analyzer/book.h"

#include "diff_sample.h"

#include <linux/futex.h>
#include <math.h>
#include <sys/syscall.h>

#define MS 1e6
#define UNEVEN_MS 2

static void add(struct book *book, store_id thread, int slice, const char *stack, int64_t ns)
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

struct analysis *diff_sample__capture(int slices, const struct diff_share *shares)
{
	struct book *book = book__open(slices);
	store_id thread = book__thread(book, 1);
	struct analysis *analysis;

	for (int slice = 1; slice <= slices; slice++) {
		int64_t left = SECOND;
		int64_t count = 0;

		for (; shares[count].stack; count++) {
			bool longer = count == 1 && slice % 2;
			int64_t ns = llround((shares[count].ms + (longer ? UNEVEN_MS : 0)) * MS);

			add(book, thread, slice, shares[count].stack, ns);
			left -= ns;
		}
		add(book, thread, slice, "main;pthread_cond_wait|futex_wait", left);
		book__ledger(book, (struct store_ledger){thread, slice, STATE_INTERRUPTIBLE,
							 SYS_futex, 20, count + 1, SECOND, 0});
	}
	analysis = book__analyze(book);
	book__free(book);
	return analysis;
}

struct diff_sample diff_sample__new(const struct diff_share *before, int before_slices,
				    const struct diff_share *after, int after_slices)
{
	const struct comparison_request request = {.divisor = PER_WALL_SECOND};
	struct diff_sample sample;
	char *error = NULL;

	sample.analyses[SIDE_BEFORE] = diff_sample__capture(before_slices, before);
	sample.analyses[SIDE_AFTER] = diff_sample__capture(after_slices, after);
	/* Else they would be one capture. */
	sample.analyses[SIDE_AFTER]->capture.started_unix_ns += SECOND;
	if (comparison__new(&sample.comparison, sample.analyses[SIDE_BEFORE],
			    sample.analyses[SIDE_AFTER], &request, &error))
		fail_msg("%s", error);
	return sample;
}

void diff_sample__free(struct diff_sample *sample)
{
	comparison__free(sample->comparison);
	for (int side = 0; side < SIDES; side++)
		analysis__free(sample->analyses[side]);
}
