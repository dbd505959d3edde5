// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/longest.h"

#include <glib.h>

/* An order, longest first, and what is kept of it. */
struct ranking {
	int64_t (*length_of)(const struct long_span *span);
	GArray *spans; /* struct long_span; sorted and cut whenever there are twice as many */
};

struct longest {
	struct ranking whole;
	struct ranking waits;
	guint keep;
};

static int64_t whole_length(const struct long_span *span)
{
	return span->on_ns - span->off_ns;
}

/* For a CPU: after a wake-up, or all of a preemption. */
static int64_t wait_length(const struct long_span *span)
{
	return span->state == STATE_PREEMPTED ? whole_length(span) : span->runqueue_ns;
}

struct longest *longest__new(size_t keep)
{
	struct longest *longest = g_new0(struct longest, 1);

	longest->whole = (struct ranking){
		.length_of = whole_length,
		.spans = g_array_new(FALSE, FALSE, sizeof(struct long_span)),
	};
	longest->waits = (struct ranking){
		.length_of = wait_length,
		.spans = g_array_new(FALSE, FALSE, sizeof(struct long_span)),
	};
	longest->keep = (guint)keep;
	return longest;
}

void longest__free(struct longest *longest)
{
	if (!longest)
		return;
	g_array_free(longest->whole.spans, TRUE);
	g_array_free(longest->waits.spans, TRUE);
	g_free(longest);
}

static gint by_length(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct ranking *ranking = data;
	const struct long_span *x = a, *y = b;
	int64_t x_ns = ranking->length_of(x), y_ns = ranking->length_of(y);

	if (x_ns != y_ns)
		return x_ns > y_ns ? -1 : 1;
	return x->off_ns < y->off_ns ? -1 : x->off_ns > y->off_ns;
}

static void cut(struct ranking *ranking, guint keep)
{
	g_array_sort_with_data(ranking->spans, by_length, ranking);
	if (ranking->spans->len > keep)
		g_array_set_size(ranking->spans, keep);
}

static void add(struct ranking *ranking, guint keep, const struct long_span *span)
{
	g_array_append_vals(ranking->spans, span, 1);
	if (ranking->spans->len >= 2 * keep)
		cut(ranking, keep);
}

void longest__add(struct longest *longest, const struct long_span *span)
{
	add(&longest->whole, longest->keep, span);
	if (wait_length(span) > 0)
		add(&longest->waits, longest->keep, span);
}

static int write_span(const struct long_span *span, struct store_writer *writer,
		      struct roster *roster)
{
	store_id thread = roster__id(roster, span->thread);
	struct store_span row = {
		.thread = thread,
		.start_ns = span->off_ns,
		.end_ns = span->on_ns,
		.runqueue_ns = span->runqueue_ns,
		.state = (enum store_state)span->state,
		.syscall = span->syscall,
		.stack = span->stack,
	};

	return thread < 0 ? (int)thread : store_writer__span(writer, &row);
}

int longest__write(struct longest *longest, struct store_writer *writer, struct roster *roster)
{
	struct ranking *whole = &longest->whole, *waits = &longest->waits;
	const struct long_span *last = NULL;
	int status = 0;

	cut(whole, longest->keep);
	cut(waits, longest->keep);
	for (guint i = 0; !status && i < whole->spans->len; i++) {
		last = &g_array_index(whole->spans, struct long_span, i);
		status = write_span(last, writer, roster);
	}
	/* Those that stand behind the last one in that order are not among them. */
	for (guint i = 0; !status && i < waits->spans->len; i++) {
		const struct long_span *span = &g_array_index(waits->spans, struct long_span, i);

		if (last && whole->spans->len == longest->keep && by_length(span, last, whole) > 0)
			status = write_span(span, writer, roster);
	}
	return status;
}
