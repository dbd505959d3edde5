// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The hot functions: time under named places of the kernel, whatever this kernel calls them. */
#include <string.h>
#include <sys/syscall.h>

#include "analyzer/function_rows.h"
#include "analyzer/names.h"
#include "analyzer/symbols.h"
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

const char *functions__name(size_t index)
{
	return index < PROBE_COUNT ? probes[index].name : NULL;
}

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

uint64_t functions__of_kind(const struct facts *facts, const struct kind *kind)
{
	const struct stack_facts *stack = stacks__facts(facts->stacks, kind->stack);
	uint64_t bits = functions__of_syscall(kind->state, kind->syscall);

	for (int i = 0; i < PROBE_COUNT; i++) {
		const struct probe *probe = &probes[i];
		bool under = (stack->all & probe->functions) && !(stack->all & probe->none) &&
			     (!probe->caller || (stack->caller & probe->caller));

		if (under || (int)kind->cause == probe->cause)
			bits |= bits_of(i, kind->state);
	}
	return bits;
}

struct seen {
	const char *symbol;
	double locks[LOCK_COUNT]; /* weight by kind */
};

/* The point's own stacks tell where no ordinary one does. */
static void add_probed(struct symbols *symbols, const struct facts *facts, uint32_t point)
{
	struct range range = probe_facts__of(facts->probes.draws, point);

	for (guint i = range.from; i < range.to; i++) {
		const struct point_draw *draw =
			&g_array_index(facts->probes.draws, struct point_draw, i);

		symbols__add_probed(symbols, draw->stack, draw->weight);
	}
}

static const char *symbol_of(struct symbols *symbols, const struct facts *facts, uint32_t point)
{
	const char *symbol = symbols__top(symbols);

	if (!symbol) {
		add_probed(symbols, facts, point);
		symbol = symbols__top(symbols);
	}
	return symbol ? symbol : function_row__attached(facts, point);
}

static struct seen see(const struct facts *facts, int probe, uint32_t point)
{
	struct symbols *symbols = symbols__new(facts->stacks, probes[probe].functions);
	struct seen seen = {0};

	for (guint i = 0; i < facts->kinds.rows->len; i++) {
		const struct kind *kind = kind__at(facts, i);
		double weight = kind->weight[PART_STATE] + kind->weight[PART_RUNQUEUE];

		if (!(kind->figures & FIGURE_BIT(FIGURE_WALL(probe))))
			continue;
		symbols__add(symbols, kind->stack, weight);
		seen.locks[kind->lock] += weight;
	}
	seen.symbol = symbol_of(symbols, facts, point);
	symbols__free(symbols);
	return seen;
}

static const char *top_lock(const struct probe *probe, const struct seen *seen)
{
	int top = LOCK_NONE;

	if (probe->lock)
		return probe->lock;
	for (int lock = LOCK_NONE + 1; lock < LOCK_COUNT; lock++) {
		if (seen->locks[lock] > (top ? seen->locks[top] : 0))
			top = lock;
	}
	if (top)
		return lock__name(top);
	/* Without the kernel's contention tracepoints its functions tell. */
	if (!seen->symbol || !(probe->functions & IN(K_RWSEM)))
		return NULL;
	return lock__name(strstr(seen->symbol, "write") ? LOCK_RWSEM_WRITE : LOCK_RWSEM_READ);
}

/* -1: not known. */
static int64_t sleeps_in(const struct facts *facts, const struct probe *probe)
{
	int64_t calls = 0;

	/* Other calls do not always sleep, and the ledger counts sleeps. */
	if (!probe->only_blocked)
		return -1;
	for (guint i = 0; i < facts->cells.rows->len; i++) {
		const struct stratum *cells = stratum__at(&facts->cells, i);

		if (!is_blocked(cells->key.state))
			continue;
		if (cells->key.syscall == SYSCALL_UNKNOWN)
			return -1;
		if (has_call(probe->syscalls, cells->key.syscall))
			sum__add(&calls, cells->count);
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

static void take_shares(struct function_row *row, const struct analysis *analysis, double blocked)
{
	if (blocked > 0)
		row->blocked_share = row->blocked.ns / blocked;
	if (analysis->wall_ns > 0)
		row->wall_share = row->wall.ns / analysis->wall_ns;
}

static struct function_row known_row(const struct function_sources *sources,
				     const struct figures *figures, int probe)
{
	const struct facts *facts = sources->facts;
	uint32_t point = probe_facts__find(&facts->probes, probes[probe].name);
	struct seen seen = see(facts, probe, point);
	struct function_row row = {
		.name = probes[probe].name,
		.point = probe,
		.symbol = seen.symbol,
		.calls = sleeps_in(facts, &probes[probe]),
		.backend = store_backend__name(BACKEND_EVIDENCE),
		.blocked = figures__get(figures, FIGURE_BLOCKED(probe)),
		.wall = figures__get(figures, FIGURE_WALL(probe)),
		.lock = top_lock(&probes[probe], &seen),
	};

	if (row.calls >= 0) {
		row.counts = "sleeps";
		row.calls_exact = !sources->losses.any[BACKEND_EVIDENCE][COUNTS_NOTHING];
	}
	if (point != NO_POINT)
		function_row__count(&row, sources, point);
	return row;
}

/* A point that a newer collector knows: which stacks are its own is not known here. */
static struct function_row stranger_row(const struct function_sources *sources, uint32_t point,
					double blocked)
{
	const struct facts *facts = sources->facts;
	struct symbols *symbols = symbols__new(facts->stacks, 0);
	struct function_row row = {
		.name = g_array_index(facts->probes.points, struct point, point).name,
		.point = -1,
		.symbol = symbol_of(symbols, facts, point),
		.calls = -1,
		.blocked = {0, 0, blocked, BASIS_ESTIMATED},
		.wall = {0, 0, sources->analysis->accounted_ns, BASIS_ESTIMATED},
	};

	function_row__count(&row, sources, point);
	symbols__free(symbols);
	return row;
}

static bool is_known(const char *name)
{
	for (int i = 0; i < PROBE_COUNT; i++) {
		if (!strcmp(probes[i].name, name))
			return true;
	}
	return false;
}

void analysis__list_functions(struct analysis *analysis, const struct facts *facts,
			      const struct figures *figures)
{
	const struct function_sources sources = {
		.analysis = analysis,
		.facts = facts,
		.losses = call_losses__of(analysis),
	};
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct function_row));
	double blocked = blocked_ns(analysis);

	for (int i = 0; i < PROBE_COUNT; i++) {
		struct function_row row = known_row(&sources, figures, i);

		g_array_append_val(rows, row);
	}
	for (guint i = 0; i < facts->probes.points->len; i++) {
		struct function_row row;

		if (is_known(g_array_index(facts->probes.points, struct point, i).name))
			continue;
		row = stranger_row(&sources, i, blocked);
		g_array_append_val(rows, row);
	}
	for (guint i = 0; i < rows->len; i++)
		take_shares(&g_array_index(rows, struct function_row, i), analysis, blocked);
	g_array_sort(rows, most_time_first);
	analysis->function_count = rows->len;
	analysis->functions = (struct function_row *)g_array_free(rows, FALSE);
}
