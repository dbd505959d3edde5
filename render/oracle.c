// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/oracle.h"

#include "render/pace_lines.h"

#include <math.h>
#include <stdio.h>

/* Books that were read later than this part of the window are not of the same time, and then may
 * differ by as much. */
#define WORTH_TELLING 0.001

static double run_by_ledger(const struct thread_row *row)
{
	return row->states.ns[STATE_RUNNING];
}

static double queue_by_ledger(const struct thread_row *row)
{
	return row->states.ns[STATE_PREEMPTED] + row->states.ns[STATE_WOKEN];
}

static double voluntary_by_ledger(const struct thread_row *row)
{
	return (double)row->voluntary;
}

static double involuntary_by_ledger(const struct thread_row *row)
{
	return (double)row->involuntary;
}

static int64_t run_by_kernel(const struct store_oracle *oracle)
{
	return oracle->run_ns;
}

static int64_t queue_by_kernel(const struct store_oracle *oracle)
{
	return oracle->runqueue_ns;
}

static int64_t voluntary_by_kernel(const struct store_oracle *oracle)
{
	return oracle->voluntary;
}

static int64_t involuntary_by_kernel(const struct store_oracle *oracle)
{
	return oracle->involuntary;
}

static const struct {
	const char *name;
	const char *title;
	bool is_time;
	double (*ledger)(const struct thread_row *row);
	int64_t (*kernel)(const struct store_oracle *oracle);
} books[ORACLE_BOOK_COUNT] = {
	[ORACLE_RUN] = {"run_ns", "time on the CPU", true, run_by_ledger, run_by_kernel},
	[ORACLE_RUN_QUEUE] = {"runqueue_ns", "time waiting for a CPU", true, queue_by_ledger,
			      queue_by_kernel},
	[ORACLE_VOLUNTARY] = {"voluntary", "voluntary switches", false, voluntary_by_ledger,
			      voluntary_by_kernel},
	[ORACLE_INVOLUNTARY] = {"involuntary", "involuntary switches", false, involuntary_by_ledger,
				involuntary_by_kernel},
};

struct oracle_sum oracle__sum(const struct analysis *analysis, enum oracle_book book)
{
	struct oracle_sum sum = {.name = books[book].name,
				 .title = books[book].title,
				 .is_time = books[book].is_time};
	int64_t late_ns = pace__cost(analysis, "oracle-skew");

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *row = &analysis->threads[i];
		int64_t kernel = books[book].kernel(&row->oracle);

		/* To run is counted without looking at switches; the rest is not known of all time.
		 */
		if (kernel < 0 || (book != ORACLE_RUN && row->states.ns[STATE_UNOBSERVED] > 0))
			continue;
		sum.threads++;
		sum.kernel += (double)kernel;
		sum.ledger += books[book].ledger(row);
	}
	if (sum.kernel > 0)
		sum.difference = (sum.ledger - sum.kernel) / sum.kernel;
	sum.late_ns = late_ns < 0 ? NAN : (double)late_ns;
	sum.may_be_why = fabs(sum.difference) >= WORTH_TELLING &&
			 (double)late_ns >= WORTH_TELLING * (double)analysis->window_ns;
	return sum;
}

struct unit_text oracle__lateness(const struct oracle_sum *sum)
{
	struct unit_text out = {""};

	if (sum->may_be_why)
		(void)snprintf(out.text, sizeof(out.text), "read up to %.20s late",
			       units__duration(sum->late_ns).text);
	return out;
}
