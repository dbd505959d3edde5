// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The hot functions: time under named places of the kernel, whatever this kernel calls them. */
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/names.h"
#include "analyzer/private.h"
#include "analyzer/vocabulary.h"

#define NR_FUTEX_WAITV 449
#define NR_FUTEX_WAIT 455

struct probe {
	const char *name;
	const char *lock;
	uint64_t functions; /* any of them in the stack */
	uint64_t caller; /* called by */
	uint64_t none; /* and none of these */
	const int16_t *syscalls; /* or a thread that left its CPU in one of these */
	int cause; /* or this cause; -1: none */
	bool only_blocked; /* the calls do other things on the CPU */
};

static const int16_t open_calls[] = {SYS_open, SYS_openat, SYS_openat2, SYS_creat, -1};
static const int16_t futex_calls[] = {SYS_futex, NR_FUTEX_WAITV, NR_FUTEX_WAIT, -1};
static const int16_t no_calls[] = {-1};

static const struct probe probes[PROBE_COUNT] = {
	{.name = "openat", .functions = IN(K_OPEN), .syscalls = open_calls, .cause = -1},
	{.name = "fd-alloc",
	 .functions = IN(K_FD_ALLOC) | IN(K_FD_GROW) | IN(K_FILE_OBJECT),
	 .syscalls = no_calls,
	 .cause = -1},
	{.name = "futex-wait",
	 .lock = "futex",
	 .functions = IN(K_FUTEX),
	 .syscalls = futex_calls,
	 .cause = -1,
	 .only_blocked = true},
	{.name = "inode-lock",
	 .functions = IN(K_RWSEM),
	 .caller = IN(K_VFS) | IN(K_FS),
	 .syscalls = no_calls,
	 .cause = LOCK_INODE},
	{.name = "dput", .functions = IN(K_DPUT), .syscalls = no_calls, .cause = -1},
	{.name = "page-cache-fill",
	 .functions = IN(K_READAHEAD) | IN(K_INSERT) | IN(K_FOLIO_WAIT) | IN(K_FILE_FAULT),
	 .none = IN(K_WRITEBACK),
	 .syscalls = no_calls,
	 .cause = -1},
};

struct weighed {
	GHashTable *symbols; /* frame + 1 -> double * */
	double locks[LOCK_COUNT];
};

static bool has_call(const int16_t *calls, int64_t nr)
{
	for (; *calls >= 0; calls++) {
		if (*calls == nr)
			return true;
	}
	return false;
}

static bool is_blocked(enum store_state state)
{
	return state >= STATE_INTERRUPTIBLE && state <= STATE_STOPPED;
}

static uint64_t bits_of(int probe, enum store_state state)
{
	return FIGURE_BIT(FIGURE_WALL(probe)) |
	       (is_blocked(state) ? FIGURE_BIT(FIGURE_BLOCKED(probe)) : 0);
}

uint64_t functions__of_syscall(enum store_state state, int64_t syscall)
{
	uint64_t bits = 0;

	for (int i = 0; state != STATE_RUNNING && i < PROBE_COUNT; i++) {
		if (has_call(probes[i].syscalls, syscall) &&
		    (is_blocked(state) || !probes[i].only_blocked))
			bits |= bits_of(i, state);
	}
	return bits;
}

uint64_t functions__possible(enum store_state state)
{
	uint64_t bits = 0;

	for (int i = 0; i < PROBE_COUNT; i++) {
		if (is_blocked(state) || !probes[i].only_blocked)
			bits |= bits_of(i, state);
	}
	return bits;
}

uint64_t functions__of_draw(const struct facts *facts, const struct draw *draw)
{
	const struct stack_facts *stack = stacks__facts(facts->stacks, draw->stack);
	uint64_t bits = functions__of_syscall(draw->key.state, draw->key.syscall);

	for (int i = 0; i < PROBE_COUNT; i++) {
		const struct probe *probe = &probes[i];
		bool under = (stack->all & probe->functions) && !(stack->all & probe->none) &&
			     (!probe->caller || (stack->caller & probe->caller));

		if (under || (int)draw->cause == probe->cause)
			bits |= bits_of(i, draw->key.state);
	}
	return bits;
}

/* For every stack the leafmost of the probe's functions. */
static uint32_t *leafmost(const struct facts *facts, size_t count, uint64_t functions)
{
	uint32_t *frames = g_new(uint32_t, count + 1);

	for (size_t i = 0; i < count; i++) {
		const struct stack_facts *stack = stacks__facts(facts->stacks, i);

		/* Parents come before their children. */
		frames[i] = stack->parent == NO_STACK ? NO_STACK : frames[stack->parent];
		if (stacks__frame_sets(facts->stacks, stack->frame) & functions)
			frames[i] = stack->frame;
	}
	return frames;
}

static void weigh_symbol(struct weighed *weighed, uint32_t frame, double weight)
{
	gpointer key = GSIZE_TO_POINTER((gsize)frame + 1);
	double *sum = g_hash_table_lookup(weighed->symbols, key);

	if (!sum) {
		sum = g_new0(double, 1);
		g_hash_table_insert(weighed->symbols, key, sum);
	}
	*sum += weight;
}

static struct weighed weigh(const struct facts *facts, int probe)
{
	size_t count = stacks__count(facts->stacks);
	uint32_t *frames = leafmost(facts, count, probes[probe].functions);
	struct weighed weighed = {
		.symbols = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free)};

	for (guint i = 0; i < facts->draws->len; i++) {
		const struct draw *draw = &g_array_index(facts->draws, struct draw, i);
		double weight = draw->weight + draw->runqueue_weight;

		if (!(draw->figures & FIGURE_BIT(FIGURE_WALL(probe))))
			continue;
		if (frames[draw->stack] != NO_STACK)
			weigh_symbol(&weighed, frames[draw->stack], weight);
		weighed.locks[draw->lock] += weight;
	}
	g_free(frames);
	return weighed;
}

static const char *top_symbol(const struct facts *facts, const struct weighed *weighed)
{
	const char *top = NULL;
	double most = 0;
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, weighed->symbols);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		const char *name =
			stacks__frame_name(facts->stacks, (uint32_t)(GPOINTER_TO_SIZE(key) - 1));
		double weight = *(double *)value;

		/* The name decides between equals: hash tables have no order to rely on. */
		if (!top || weight > most || (weight == most && strcmp(name, top) < 0)) {
			top = name;
			most = weight;
		}
	}
	return top;
}

static const char *top_lock(const struct probe *probe, const struct weighed *weighed,
			    const char *symbol)
{
	int top = LOCK_NONE;

	if (probe->lock)
		return probe->lock;
	for (int lock = LOCK_NONE + 1; lock < LOCK_COUNT; lock++) {
		if (weighed->locks[lock] > (top ? weighed->locks[top] : 0))
			top = lock;
	}
	if (top)
		return lock__name(top);
	/* Without the kernel's contention tracepoints its functions tell. */
	if (!symbol || !(probe->functions & IN(K_RWSEM)))
		return NULL;
	return lock__name(strstr(symbol, "write") ? LOCK_RWSEM_WRITE : LOCK_RWSEM_READ);
}

/* -1: not known. */
static int64_t calls_of(const struct facts *facts, const struct probe *probe)
{
	int64_t calls = 0;

	/* Other calls do not always sleep, and the ledger counts sleeps. */
	if (!probe->only_blocked)
		return -1;
	for (guint i = 0; i < facts->cells->len; i++) {
		const struct cell *cell = &g_array_index(facts->cells, struct cell, i);

		if (!is_blocked(cell->key.state))
			continue;
		if (cell->key.syscall == SYSCALL_UNKNOWN)
			return -1;
		if (has_call(probe->syscalls, cell->key.syscall))
			sum__add(&calls, cell->count);
	}
	return calls;
}

static gint most_time_first(gconstpointer a, gconstpointer b)
{
	const struct function_row *left = a, *right = b;

	if (left->wall.ns != right->wall.ns)
		return left->wall.ns < right->wall.ns ? 1 : -1;
	return strcmp(left->name, right->name);
}

static double blocked_ns(const struct analysis *analysis)
{
	double ns = analysis->states.ns[STATE_WOKEN];

	for (int state = STATE_INTERRUPTIBLE; state <= STATE_STOPPED; state++)
		ns += analysis->states.ns[state];
	return ns;
}

void analysis__list_functions(struct analysis *analysis, const struct facts *facts,
			      const struct figures *figures)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct function_row));
	double blocked = blocked_ns(analysis);

	for (int i = 0; i < PROBE_COUNT; i++) {
		struct weighed weighed = weigh(facts, i);
		struct function_row row = {
			.name = probes[i].name,
			.symbol = top_symbol(facts, &weighed),
			.calls = calls_of(facts, &probes[i]),
			.blocked = figures__get(figures, FIGURE_BLOCKED(i)),
			.wall = figures__get(figures, FIGURE_WALL(i)),
		};

		row.lock = top_lock(&probes[i], &weighed, row.symbol);
		if (blocked > 0)
			row.blocked_share = row.blocked.ns / blocked;
		if (analysis->wall_ns > 0)
			row.wall_share = row.wall.ns / analysis->wall_ns;
		g_array_append_val(rows, row);
		g_hash_table_destroy(weighed.symbols);
	}
	g_array_sort(rows, most_time_first);
	analysis->function_count = rows->len;
	analysis->functions = (struct function_row *)g_array_free(rows, FALSE);
}
