// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/pprof_totals.h"

static guint total__hash(gconstpointer pointer)
{
	const struct pprof_total *total = pointer;

	return (guint)total->key.stack * 31 + total->key.thread * 2654435761U +
	       total->key.cause * 97 + (guint)total->key.syscall * 7 + total->key.state;
}

static gboolean total__equal(gconstpointer a, gconstpointer b)
{
	const struct pprof_total *left = a;
	const struct pprof_total *right = b;

	return left->key.stack == right->key.stack && left->key.thread == right->key.thread &&
	       left->key.cause == right->key.cause && left->key.syscall == right->key.syscall &&
	       left->key.state == right->key.state && left->key.basis == right->key.basis;
}

GArray *pprof_totals__of(const struct flame_part *part)
{
	const struct analysis *analysis = part->analysis;
	GArray *totals = g_array_new(FALSE, FALSE, sizeof(struct pprof_total));
	GHashTable *known = g_hash_table_new_full(total__hash, total__equal, g_free, NULL);

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];
		struct pprof_total total = {.key = {piece->stack, piece->thread, piece->cause,
						    piece->syscall, piece->state, piece->basis}};
		gpointer at;

		if (piece->ns <= 0 || !flame_filter__takes(part->filter, piece))
			continue;
		if (!g_hash_table_lookup_extended(known, &total, NULL, &at)) {
			at = GUINT_TO_POINTER(totals->len);
			g_hash_table_insert(known, g_memdup2(&total, sizeof(total)), at);
			g_array_append_val(totals, total);
		}
		g_array_index(totals, struct pprof_total, GPOINTER_TO_UINT(at)).ns += piece->ns;
	}
	g_hash_table_destroy(known);
	return totals;
}
