// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Exact sums of the ledger by thread, process, slice, state and system call. */
#include <math.h>

#include "analyzer/private.h"

static bool is_blocked(enum store_state state)
{
	return state >= STATE_INTERRUPTIBLE && state <= STATE_STOPPED;
}

static void states__add(struct state_sums *sums, enum store_state state, const struct cell *cell)
{
	sums->ns[state] += (double)cell->ns;
	sum__add(&sums->count[state], cell->count);
	if (state == STATE_UNOBSERVED) { /* not told by what the waits in it came from */
		sums->ns[state] += (double)cell->runqueue_ns;
		return;
	}
	sums->ns[STATE_WOKEN] += (double)cell->runqueue_ns;
	/* Every blocked span ends with one wake-up. */
	if (is_blocked(state))
		sum__add(&sums->count[STATE_WOKEN], cell->count);
}

static struct syscall_row *syscall_row(GArray *rows, GHashTable *found, int32_t nr)
{
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(found, GINT_TO_POINTER(nr)));

	if (!index) {
		struct syscall_row row = {.nr = nr, .name = syscall__name(nr)};

		g_array_append_val(rows, row);
		index = rows->len;
		g_hash_table_insert(found, GINT_TO_POINTER(nr), GUINT_TO_POINTER(index));
	}
	return &g_array_index(rows, struct syscall_row, index - 1);
}

static void syscall__add(struct syscall_row *row, const struct key *key, const struct cell *cell)
{
	row->blocked_ns += (double)cell->ns;
	row->runqueue_ns += (double)cell->runqueue_ns;
	sum__add(&row->count, cell->count);
	sum__add(&row->class_count[key->class], cell->count);
}

static gint most_blocked_first(gconstpointer a, gconstpointer b)
{
	const struct syscall_row *left = a, *right = b;

	if (left->blocked_ns != right->blocked_ns)
		return left->blocked_ns < right->blocked_ns ? 1 : -1;
	return (left->nr > right->nr) - (left->nr < right->nr);
}

static double error_of(double accounted, double wall)
{
	return wall > 0 ? fabs(accounted - wall) / wall : 0;
}

static void finish_thread(struct analysis *analysis, struct thread_row *thread)
{
	struct process_row *process = &analysis->processes[thread->process];
	double error;

	for (int state = 0; state < STATE_COUNT; state++) {
		thread->accounted_ns += thread->states.ns[state];
		process->states.ns[state] += thread->states.ns[state];
		sum__add(&process->states.count[state], thread->states.count[state]);
		analysis->states.ns[state] += thread->states.ns[state];
		sum__add(&analysis->states.count[state], thread->states.count[state]);
		if (is_blocked(state))
			sum__add(&thread->voluntary, thread->states.count[state]);
	}
	thread->involuntary = thread->states.count[STATE_PREEMPTED];
	process->threads++;
	sum__add(&process->life_ns, thread->life_ns);
	analysis->wall_ns += (double)thread->life_ns;
	analysis->accounted_ns += thread->accounted_ns;
	error = error_of(thread->accounted_ns, (double)thread->life_ns);
	analysis->worst_thread_error_ratio = fmax(analysis->worst_thread_error_ratio, error);
}

void analysis__sum(struct analysis *analysis, const struct facts *facts)
{
	GArray *syscalls = g_array_new(FALSE, FALSE, sizeof(struct syscall_row));
	GHashTable *found = g_hash_table_new(g_direct_hash, g_direct_equal);
	GArray *cells = g_array_new(FALSE, FALSE, sizeof(struct cell));

	for (guint i = 0; i < facts->cells.rows->len; i++) {
		const struct stratum *stratum = stratum__at(&facts->cells, i);
		const struct key *key = &stratum->key;
		struct syscall_row *row =
			is_blocked(key->state) ? syscall_row(syscalls, found, key->syscall) : NULL;

		stratum__cells(stratum, cells);
		for (guint j = 0; j < cells->len; j++) {
			const struct cell *cell = &g_array_index(cells, struct cell, j);

			states__add(&analysis->threads[key->thread].states, key->state, cell);
			states__add(&analysis->slices[cell->slice].states, key->state, cell);
			if (row)
				syscall__add(row, key, cell);
		}
	}
	g_array_free(cells, TRUE);
	for (guint i = 0; i < facts->unobserved->len; i++) {
		const struct unseen_cell *unseen =
			&g_array_index(facts->unobserved, struct unseen_cell, i);
		const struct cell cell = {unseen->slice, unseen->count, unseen->ns,
					  unseen->runqueue_ns};

		states__add(&analysis->threads[unseen->key.thread].states, STATE_UNOBSERVED, &cell);
		states__add(&analysis->slices[unseen->slice].states, STATE_UNOBSERVED, &cell);
	}
	for (size_t i = 0; i < analysis->thread_count; i++)
		finish_thread(analysis, &analysis->threads[i]);
	analysis->error_ratio = error_of(analysis->accounted_ns, analysis->wall_ns);
	g_array_sort(syscalls, most_blocked_first);
	g_hash_table_destroy(found);
	analysis->syscall_count = syscalls->len;
	analysis->syscalls = (struct syscall_row *)g_array_free(syscalls, FALSE);
}
