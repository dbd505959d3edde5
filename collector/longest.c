// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/longest.h"

#include <glib.h>

struct longest {
	GArray *spans; /* struct long_span; sorted and cut whenever there are twice as many */
	guint keep;
};

struct longest *longest__new(size_t keep)
{
	struct longest *longest = g_new0(struct longest, 1);

	longest->spans = g_array_new(FALSE, FALSE, sizeof(struct long_span));
	longest->keep = (guint)keep;
	return longest;
}

void longest__free(struct longest *longest)
{
	if (!longest)
		return;
	g_array_free(longest->spans, TRUE);
	g_free(longest);
}

static gint by_length(gconstpointer a, gconstpointer b)
{
	const struct long_span *x = a, *y = b;
	int64_t x_ns = x->on_ns - x->off_ns, y_ns = y->on_ns - y->off_ns;

	if (x_ns != y_ns)
		return x_ns > y_ns ? -1 : 1;
	return x->off_ns < y->off_ns ? -1 : x->off_ns > y->off_ns;
}

static void cut(struct longest *longest)
{
	g_array_sort(longest->spans, by_length);
	if (longest->spans->len > longest->keep)
		g_array_set_size(longest->spans, longest->keep);
}

void longest__add(struct longest *longest, const struct long_span *span)
{
	g_array_append_vals(longest->spans, span, 1);
	if (longest->spans->len >= 2 * longest->keep)
		cut(longest);
}

int longest__write(struct longest *longest, struct store_writer *writer, struct roster *roster)
{
	int status = 0;

	cut(longest);
	for (guint i = 0; !status && i < longest->spans->len; i++) {
		const struct long_span *span = &g_array_index(longest->spans, struct long_span, i);
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

		status = thread < 0 ? (int)thread : store_writer__span(writer, &row);
	}
	return status;
}
