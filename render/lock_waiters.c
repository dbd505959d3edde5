// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/lock_waiters.h"

#include "render/units.h"

#include <inttypes.h>
#include <string.h>

#define FEW 3

static gint longest_first(gconstpointer a, gconstpointer b)
{
	const struct lock_waiter *left = a, *right = b;

	if (left->ns != right->ns)
		return left->ns > right->ns ? -1 : 1;
	return strcmp(left->comm, right->comm);
}

/* Its place in the list, where it is entered if it was not there. */
static struct lock_waiter *waiter_named(GArray *list, GHashTable *places, const char *comm)
{
	gpointer place = g_hash_table_lookup(places, comm); /* from 1 on */

	if (!place) {
		struct lock_waiter waiter = {.comm = comm};

		g_array_append_val(list, waiter);
		place = GUINT_TO_POINTER(list->len);
		g_hash_table_insert(places, (gpointer)comm, place);
	}
	return &g_array_index(list, struct lock_waiter, GPOINTER_TO_UINT(place) - 1);
}

GArray *lock_waiters__of(const struct analysis *analysis, const struct lock_row *row)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct lock_waiter));
	GHashTable *places = g_hash_table_new(g_str_hash, g_str_equal);
	const struct lock_time *times = analysis->lock_times + row->first_time;

	for (size_t i = 0; i < row->time_count; i++) {
		const struct thread_row *thread = &analysis->threads[times[i].thread];
		struct lock_waiter *waiter = waiter_named(list, places, thread->comm);

		/* Those of one thread follow each other. */
		waiter->threads += i == 0 || times[i].thread != times[i - 1].thread;
		waiter->tid = thread->tid;
		waiter->count += times[i].count;
		waiter->ns += times[i].ns;
	}
	g_hash_table_destroy(places);
	g_array_sort(list, longest_first);
	return list;
}

char *lock_waiters__words(const struct analysis *analysis, const struct lock_row *row)
{
	GArray *list = lock_waiters__of(analysis, row);
	GString *words = g_string_new(NULL);

	for (guint i = 0; i < list->len && i < FEW; i++) {
		const struct lock_waiter *waiter = &g_array_index(list, struct lock_waiter, i);

		g_string_append_printf(words, "%s%s ", i ? "; " : "", waiter->comm);
		if (waiter->threads == 1)
			g_string_append_printf(words, "%" PRId64, waiter->tid);
		else
			g_string_append_printf(words, "(%s threads)",
					       units__count(waiter->threads).text);
		g_string_append_printf(words, ": %s in %s %s",
				       units__duration((double)waiter->ns).text,
				       units__short_count(waiter->count).text,
				       waiter->count == 1 ? "wait" : "waits");
	}
	if (list->len > FEW)
		g_string_append_printf(words, "; and %u more", list->len - FEW);
	g_array_free(list, TRUE);
	return g_string_free(words, FALSE);
}
