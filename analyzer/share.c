// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Walks the strata of the ledger and shares each exact total out over its draws. docs/causes.md
 * explains the order in which draws are borrowed when a cell has none or too few.
 */
#include <math.h>
#include <string.h>

#include "analyzer/private.h"
#include "analyzer/rules.h"
#include "analyzer/strata.h"

struct walk {
	struct analysis *analysis;
	const struct facts *facts;
	struct figures *figures;
	bool by_slice; /* otherwise pieces are sums over the slices */
	GHashTable *possible; /* (system call, running) -> uint64_t of figures seen there */
	GArray *calls; /* uint32_t: kinds by process, state and system call */
	guint next_call;
	struct registry pieces;
	struct donors donors[PART_COUNT];
	/* Of the stratum at hand. */
	const struct key *key;
	GArray *cells; /* struct cell */
	GArray *draws; /* struct draw */
	struct range all; /* of its draws, as a stratum */
	enum part part;
	struct pool pool;
	double like[PART_COUNT][FIGURE_COUNT]; /* shares of the process, state and system call */
	uint64_t decided; /* figures known from the stratum itself */
	uint64_t always; /* those of them that its time counts for */
	GArray *open; /* struct cell_draws: cells that are not complete */
	GArray *spills, *gaps; /* see strata.h */
};

struct cell_draws {
	const struct cell *cell;
	struct range draws;
	struct tally tally;
};

static gpointer place_of(int32_t syscall, enum store_state state)
{
	gsize call = (gsize)((int64_t)syscall - SYSCALL_UNKNOWN);

	return GSIZE_TO_POINTER((call << 1 | (state == STATE_RUNNING)) + 1);
}

static GHashTable *find_possible(const struct facts *facts)
{
	GHashTable *table = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);

	for (guint i = 0; i < facts->kinds.rows->len; i++) {
		const struct kind *kind = kind__at(facts, i);
		gpointer place = place_of(kind->syscall, kind->state);
		uint64_t *bits = g_hash_table_lookup(table, place);

		if (!bits) {
			bits = g_new0(uint64_t, 1);
			g_hash_table_insert(table, place, bits);
		}
		*bits |= kind->figures;
	}
	return table;
}

/* As key__compare has it for strata. */
static struct key call_of(const struct kind *kind)
{
	return (struct key){
		.process = kind->process, .state = kind->state, .syscall = kind->syscall};
}

static gint by_call(gconstpointer a, gconstpointer b, gpointer data)
{
	const struct facts *facts = data;
	const struct key left = call_of(kind__at(facts, *(const uint32_t *)a));
	const struct key right = call_of(kind__at(facts, *(const uint32_t *)b));

	return key__compare(&left, &right);
}

static GArray *sort_calls(const struct facts *facts)
{
	GArray *calls = g_array_new(FALSE, FALSE, sizeof(uint32_t));

	for (uint32_t i = 0; i < facts->kinds.rows->len; i++)
		g_array_append_val(calls, i);
	g_array_sort_with_data(calls, by_call, (gpointer)facts);
	return calls;
}

static enum store_state shown_state(const struct walk *walk)
{
	return walk->part == PART_RUNQUEUE ? STATE_WOKEN : (enum store_state)walk->key->state;
}

/* Time of a cell with what it is known by. */
struct portion {
	enum cause cause;
	uint64_t figures;
	store_id stack;
	double ns;
	double grain; /* see struct piece */
	enum basis basis;
};

/* Of the stratum's surprise. */
static double doubt_of(const struct walk *walk, double ns)
{
	return walk->pool.surprise > 0 ? walk->pool.surprise * ns / walk->pool.total : 0;
}

static void add_piece(struct registry *pieces, const struct piece *piece)
{
	guint before = pieces->rows->len;
	uint32_t at = registry__place(pieces, piece);
	struct piece *sum = &g_array_index(pieces->rows, struct piece, at);
	double ns = sum->ns + piece->ns;

	if (at == before)
		return;

	sum->grain = (float)((sum->ns * sum->grain + piece->ns * piece->grain) / ns);
	sum->doubt += piece->doubt;
	sum->ns = ns;
}

static void emit(struct walk *walk, const struct cell *cell, const struct portion *portion)
{
	struct piece piece = {
		.thread = walk->key->thread,
		.slice = walk->by_slice ? cell->slice : 0,
		.cause = portion->cause,
		.state = shown_state(walk),
		.syscall = walk->key->syscall,
		.stack = portion->stack,
		.basis = portion->basis,
		.class = walk->by_slice ? walk->key->class : 0,
		.points = figures__points(portion->figures),
		.ns = portion->ns,
		.grain = (float)portion->grain,
		.doubt = (float)doubt_of(walk, portion->ns),
		.decided = rules__state_decides(shown_state(walk)),
	};

	if (portion->ns <= 0)
		return;
	if (walk->by_slice)
		g_array_append_val(walk->pieces.rows, piece);
	else
		add_piece(&walk->pieces, &piece);
}

static void emit_kind(struct walk *walk, const struct cell *cell, const struct spill *part,
		      enum basis basis)
{
	const struct kind *kind = kind__at(walk->facts, part->kind);
	struct portion portion = {
		.cause = walk->part == PART_RUNQUEUE ? SWITCH_RUN_QUEUE : (enum cause)kind->cause,
		.figures = kind->figures,
		.stack = stacks__facts(walk->facts->stacks, kind->stack)->id,
		.ns = part->ns,
		.grain = part->grain,
		.basis = basis,
	};

	emit(walk, cell, &portion);
}

static double total_of(const struct walk *walk, const struct cell *cell)
{
	return (double)(walk->part == PART_RUNQUEUE ? cell->runqueue_ns : cell->ns);
}

static const struct draw *draw_at(const struct walk *walk, guint index)
{
	return &g_array_index(walk->draws, struct draw, index);
}

static uint64_t drawn_bits(const struct walk *walk, uint32_t kind)
{
	return kind__at(walk->facts, kind)->figures & ~walk->decided;
}

/* Every span of the cell was drawn. What rounding left of its time is shared out, too. */
static void share_complete(struct walk *walk, const struct cell_draws *own)
{
	double scale = total_of(walk, own->cell) / own->tally.weight;

	for (guint i = own->draws.from; i < own->draws.to; i++) {
		const struct draw *draw = draw_at(walk, i);
		struct spill all = {draw->kind, scale * draw__weight(draw, walk->part), 0};

		figures__add_exact(walk->figures, drawn_bits(walk, draw->kind), all.ns);
		emit_kind(walk, own->cell, &all, BASIS_EXACT);
	}
}

static void fill_gaps(struct walk *walk, enum basis basis)
{
	guint spill = 0;

	for (guint i = 0; i < walk->gaps->len; i++) {
		const struct gap *gap = &g_array_index(walk->gaps, struct gap, i);
		double left = gap->ns;

		while (left > 0) {
			struct spill *from = &g_array_index(walk->spills, struct spill, spill);
			bool last = spill + 1 == walk->spills->len;
			/* What rounding leaves over goes to the last one. */
			struct spill part = {from->kind, last ? left : fmin(left, from->ns),
					     from->grain};

			emit_kind(walk, gap->cell, &part, basis);
			left -= part.ns;
			from->ns -= part.ns;
			if (from->ns <= 0 && !last)
				spill++;
		}
	}
}

/* What a draw stands for among those of all slices. */
static struct spill stands_for(const struct walk *walk, const struct draw *draw, double scale)
{
	double ns = scale * draw__weight(draw, walk->part);
	double square = scale * scale * draw__square(draw, walk->key->state, walk->part);

	return (struct spill){draw->kind, ns, ns > 0 ? square / ns : 0};
}

static void pool_draws(struct walk *walk, double total, double weight)
{
	double short_ns = total - weight;

	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell_draws *own = &g_array_index(walk->open, struct cell_draws, i);

		for (guint j = own->draws.from; j < own->draws.to; j++) {
			struct spill all = stands_for(walk, draw_at(walk, j), total / weight);

			pool__add(&walk->pool, drawn_bits(walk, all.kind), all.ns,
				  all.ns * all.grain, false);
		}
	}
	/* More than chance would have it with draws like those seen. */
	walk->pool.surprise = fmax(short_ns * short_ns - walk->pool.spread, 0);
}

/*
 * All slices together, because a ratio of few draws is biased. Each draw keeps its own slice as far
 * as that slice's exact time has room; what is over fills the slices that have too little.
 */
static void share_together(struct walk *walk, double total, double weight)
{
	double scale = total / weight;

	pool_draws(walk, total, weight);
	g_array_set_size(walk->spills, 0);
	g_array_set_size(walk->gaps, 0);
	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell_draws *own = &g_array_index(walk->open, struct cell_draws, i);
		double room = total_of(walk, own->cell);
		double here = scale * own->tally.weight;
		double kept = here > room ? room / here : 1;
		struct gap gap = {own->cell, room - here};

		for (guint j = own->draws.from; j < own->draws.to; j++) {
			struct spill part = stands_for(walk, draw_at(walk, j), scale);
			struct spill spill = {part.kind, part.ns * (1 - kept), part.grain};

			part.ns *= kept;
			emit_kind(walk, own->cell, &part, BASIS_SAMPLED);
			if (spill.ns > 0)
				g_array_append_val(walk->spills, spill);
		}
		if (gap.ns > 0)
			g_array_append_val(walk->gaps, gap);
	}
	if (walk->spills->len)
		fill_gaps(walk, BASIS_SAMPLED);
}

/* Cells by the draws of others: worth as much as one draw of all of it. */
static void share_borrowed(struct walk *walk, double total, struct range strata)
{
	const GArray *shares =
		strata__sample(&walk->donors[walk->part], &walk->facts->draws, strata, walk->part);

	g_array_set_size(walk->gaps, 0);
	g_array_set_size(walk->spills, 0);
	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell *cell = g_array_index(walk->open, struct cell_draws, i).cell;
		struct gap gap = {cell, total_of(walk, cell)};

		g_array_append_val(walk->gaps, gap);
	}
	for (guint i = 0; i < shares->len; i++) {
		struct spill spill = g_array_index(shares, struct spill, i);

		spill.ns *= total;
		spill.grain *= total;
		pool__add(&walk->pool, drawn_bits(walk, spill.kind), spill.ns, spill.ns * total,
			  true);
		g_array_append_val(walk->spills, spill);
	}
	fill_gaps(walk, BASIS_ESTIMATED);
}

/*
 * No stack anywhere: what the state and the system call say by themselves. Where that is a guess,
 * it is worth no more than one draw of all of it.
 */
static void share_blind(struct walk *walk, double total)
{
	bool exact = walk->part == PART_RUNQUEUE;

	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell *cell = g_array_index(walk->open, struct cell_draws, i).cell;
		struct question question = {.stack = stacks__no_facts(),
					    .state = shown_state(walk),
					    .syscall = walk->key->syscall,
					    .futex_op = FUTEX_OP_NONE};
		enum cause cause = rules__match(&question);
		double ns = total_of(walk, cell);
		struct portion portion = {.cause = cause, .figures = walk->always, .ns = ns};

		exact = exact || rules__state_decides(question.state);
		figures__add_blind(walk->figures, figures__of_cause(cause) & ~walk->decided, ns);
		if (walk->key->syscall == SYSCALL_UNKNOWN)
			figures__add_hidden(walk->figures, functions__possible(walk->key->state),
					    ns);
		portion.basis = exact ? BASIS_EXACT : BASIS_ESTIMATED;
		portion.grain = exact ? 0 : total;
		emit(walk, cell, &portion);
	}
}

static void share_open(struct walk *walk)
{
	const struct registry *draws = &walk->facts->draws;
	double total = 0, weight = 0;
	struct range donors = walk->all;

	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell_draws *own = &g_array_index(walk->open, struct cell_draws, i);

		total += total_of(walk, own->cell);
		weight += own->tally.weight;
	}
	if (weight > 0) {
		share_together(walk, total, weight);
		return;
	}
	/* The stratum's complete slices are the likest of all. */
	if (donors.from == donors.to || stratum__at(draws, donors.from)->weight[walk->part] <= 0)
		donors = strata__donors(&walk->donors[walk->part], draws, walk->key, walk->part);
	if (donors.from < donors.to)
		share_borrowed(walk, total, donors);
	else
		share_blind(walk, total);
}

static void decide(struct walk *walk, const struct key *key)
{
	enum store_state state = walk->part == PART_RUNQUEUE ? STATE_WOKEN : key->state;
	struct question question = {.stack = stacks__no_facts(), .state = state};

	walk->decided = walk->always = functions__of_syscall(key->state, key->syscall);
	if (!rules__state_decides(state))
		return;
	walk->decided |= FIGURES_OF_CAUSES;
	walk->always |= figures__of_cause(rules__match(&question));
}

static void share_part(struct walk *walk)
{
	const struct key *key = walk->key;
	const uint64_t *possible =
		g_hash_table_lookup(walk->possible, place_of(key->syscall, key->state));
	guint next = 0;

	memset(&walk->pool, 0, sizeof(walk->pool));
	g_array_set_size(walk->open, 0);
	decide(walk, key);
	for (guint i = 0; i < walk->cells->len; i++) {
		struct cell_draws own = {.cell = &g_array_index(walk->cells, struct cell, i)};
		double total = total_of(walk, own.cell);

		own.draws = strata__slice(walk->draws, &next, own.cell->slice);
		if (total <= 0)
			continue;
		own.tally = tally__of(walk->draws, own.draws, walk->part);
		figures__add_exact(walk->figures, walk->always, total);
		if (tally__is_complete(&own.tally, total, key->state))
			share_complete(walk, &own);
		else
			g_array_append_val(walk->open, own);
	}
	if (walk->open->len)
		share_open(walk);
	figures__add_pool(walk->figures, &walk->pool, walk->part, ~walk->decided,
			  possible ? *possible : 0, walk->like[walk->part]);
}

/* The kinds of a key's process, state and system call, which no earlier key had. */
static struct range kinds_like(struct walk *walk, const struct key *key)
{
	const struct key call = {
		.process = key->process, .state = key->state, .syscall = key->syscall};
	struct range range = {walk->next_call, 0};
	int order = -1;

	for (; walk->next_call < walk->calls->len; walk->next_call++) {
		struct key own = call_of(kind__at(
			walk->facts, g_array_index(walk->calls, uint32_t, walk->next_call)));

		order = key__compare(&own, &call);
		if (order > 0)
			break;
		if (order < 0)
			range.from = walk->next_call + 1;
	}
	range.to = walk->next_call;
	return range;
}

static void find_like(struct walk *walk, const struct key *key)
{
	struct range range = kinds_like(walk, key);

	for (int part = 0; part < PART_COUNT; part++) {
		double *like = walk->like[part];
		double weight = 0;

		memset(like, 0, sizeof(walk->like[part]));
		for (guint i = range.from; i < range.to; i++) {
			const struct kind *kind =
				kind__at(walk->facts, g_array_index(walk->calls, uint32_t, i));

			weight += kind->weight[part];
			for (int bit = 0; bit < FIGURE_COUNT; bit++) {
				if (kind->figures & FIGURE_BIT(bit))
					like[bit] += kind->weight[part];
			}
		}
		for (int bit = 0; bit < FIGURE_COUNT; bit++)
			like[bit] = weight > 0 ? fmin(like[bit] / weight, 1) : 0;
	}
}

static bool is_same_call(const struct key *a, const struct key *b)
{
	return a->process == b->process && a->state == b->state && a->syscall == b->syscall;
}

static void share_stratum(struct walk *walk, const struct stratum *stratum)
{
	if (!walk->key || !is_same_call(walk->key, &stratum->key))
		find_like(walk, &stratum->key);
	walk->key = &stratum->key;
	walk->all = strata__find(&walk->facts->draws, walk->key);
	stratum__cells(stratum, walk->cells);
	g_array_set_size(walk->draws, 0);
	if (walk->all.from < walk->all.to)
		stratum__draws(stratum__at(&walk->facts->draws, walk->all.from), walk->draws);
	for (walk->part = PART_STATE; walk->part < PART_COUNT; walk->part++)
		share_part(walk);
}

void analysis__share(struct analysis *analysis, const struct facts *facts, struct figures *figures,
		     bool by_slice)
{
	struct walk walk = {
		.analysis = analysis,
		.facts = facts,
		.figures = figures,
		.by_slice = by_slice,
		.possible = find_possible(facts),
		.calls = sort_calls(facts),
		.cells = g_array_new(FALSE, FALSE, sizeof(struct cell)),
		.draws = g_array_new(FALSE, FALSE, sizeof(struct draw)),
		.open = g_array_new(FALSE, FALSE, sizeof(struct cell_draws)),
		.spills = g_array_new(FALSE, FALSE, sizeof(struct spill)),
		.gaps = g_array_new(FALSE, FALSE, sizeof(struct gap)),
	};
	GArray *const scratch[] = {walk.calls, walk.cells,  walk.draws,
				   walk.open,  walk.spills, walk.gaps};

	registry__init(&walk.pieces, sizeof(struct piece), offsetof(struct piece, grain));
	for (guint i = 0; i < facts->cells.rows->len; i++)
		share_stratum(&walk, stratum__at(&facts->cells, i));
	registry__seal(&walk.pieces);
	analysis->piece_count = walk.pieces.rows->len;
	analysis->pieces = (struct piece *)(void *)g_array_free(walk.pieces.rows, FALSE);
	for (size_t i = 0; i < G_N_ELEMENTS(scratch); i++)
		g_array_free(scratch[i], TRUE);
	for (int part = 0; part < PART_COUNT; part++) {
		if (walk.donors[part].shares)
			g_array_free(walk.donors[part].shares, TRUE);
	}
	g_hash_table_destroy(walk.possible);
}
_Static_assert(offsetof(struct piece, grain) == 40, "no padding: pieces are found by these bytes");
