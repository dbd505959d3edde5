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
	GHashTable *possible; /* (system call, running) -> uint64_t of figures seen there */
	GArray *pieces;
	/* Of the stratum at hand. */
	struct range all; /* its draws */
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

static gpointer place_of(const struct key *key)
{
	gsize call = (gsize)((int64_t)key->syscall - SYSCALL_UNKNOWN);

	return GSIZE_TO_POINTER((call << 1 | (key->state == STATE_RUNNING)) + 1);
}

static GHashTable *find_possible(const struct facts *facts)
{
	GHashTable *table = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);

	for (guint i = 0; i < facts->draws->len; i++) {
		const struct draw *draw = &g_array_index(facts->draws, struct draw, i);
		uint64_t *bits = g_hash_table_lookup(table, place_of(&draw->key));

		if (!bits) {
			bits = g_new0(uint64_t, 1);
			g_hash_table_insert(table, place_of(&draw->key), bits);
		}
		*bits |= draw->figures;
	}
	return table;
}

static enum store_state shown_state(const struct walk *walk, const struct cell *cell)
{
	return walk->part == PART_RUNQUEUE ? STATE_WOKEN : (enum store_state)cell->key.state;
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

static void emit(struct walk *walk, const struct cell *cell, const struct portion *portion)
{
	struct piece piece = {
		.thread = cell->key.thread,
		.slice = cell->key.slice,
		.cause = portion->cause,
		.state = shown_state(walk, cell),
		.syscall = cell->key.syscall,
		.stack = portion->stack,
		.ns = portion->ns,
		.basis = portion->basis,
		.class = cell->key.class,
		.grain = (float)portion->grain,
		.points = figures__points(portion->figures),
	};

	if (portion->ns > 0)
		g_array_append_val(walk->pieces, piece);
}

static void emit_draw(struct walk *walk, const struct cell *cell, const struct spill *part,
		      enum basis basis)
{
	const struct draw *draw = part->draw;
	struct portion portion = {
		.cause = walk->part == PART_RUNQUEUE ? SWITCH_RUN_QUEUE : draw->cause,
		.figures = draw->figures,
		.stack = stacks__facts(walk->facts->stacks, draw->stack)->id,
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
	return &g_array_index(walk->facts->draws, struct draw, index);
}

static uint64_t drawn_bits(const struct walk *walk, const struct draw *draw)
{
	return draw->figures & ~walk->decided;
}

/* Every span of the cell was drawn. */
static void share_complete(struct walk *walk, const struct cell_draws *own)
{
	for (guint i = own->draws.from; i < own->draws.to; i++) {
		const struct draw *draw = draw_at(walk, i);
		struct spill all = {draw, draw__weight(draw, walk->part), 0};

		figures__add_exact(walk->figures, drawn_bits(walk, draw), all.ns);
		emit_draw(walk, own->cell, &all, BASIS_EXACT);
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
			struct spill part = {from->draw, last ? left : fmin(left, from->ns),
					     from->grain};

			emit_draw(walk, gap->cell, &part, basis);
			left -= part.ns;
			from->ns -= part.ns;
			if (from->ns <= 0 && !last)
				spill++;
		}
	}
}

/*
 * All slices together, because a ratio of few draws is biased. Each draw keeps its own slice as far
 * as that slice's exact time has room; what is over fills the slices that have too little.
 */
static void share_together(struct walk *walk, double total, double weight)
{
	double scale = total / weight;
	double short_ns = total - weight;

	g_array_set_size(walk->spills, 0);
	g_array_set_size(walk->gaps, 0);
	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell_draws *own = &g_array_index(walk->open, struct cell_draws, i);
		double room = total_of(walk, own->cell);
		double here = scale * own->tally.weight;
		double kept = here > room ? room / here : 1;
		struct gap gap = {own->cell, room - here};

		for (guint j = own->draws.from; j < own->draws.to; j++) {
			const struct draw *draw = draw_at(walk, j);
			double ns = scale * draw__weight(draw, walk->part);
			double square = scale * scale * draw__square(draw, walk->part);
			double grain = ns > 0 ? square / ns : 0;
			struct spill part = {draw, ns * kept, grain};
			struct spill spill = {draw, ns * (1 - kept), grain};

			pool__add(&walk->pool, drawn_bits(walk, draw), ns, square, false);
			emit_draw(walk, own->cell, &part, BASIS_SAMPLED);
			if (spill.ns > 0)
				g_array_append_val(walk->spills, spill);
		}
		if (gap.ns > 0)
			g_array_append_val(walk->gaps, gap);
	}
	/* More than chance would have it with draws like those seen. */
	walk->pool.surprise = fmax(short_ns * short_ns - walk->pool.spread, 0);
	if (walk->spills->len)
		fill_gaps(walk, BASIS_SAMPLED);
}

/* Cells by the draws of others: worth as much as one draw of all of it. */
static void share_borrowed(struct walk *walk, double total, struct range donors)
{
	g_array_set_size(walk->gaps, 0);
	for (guint i = 0; i < walk->open->len; i++) {
		const struct cell *cell = g_array_index(walk->open, struct cell_draws, i).cell;
		struct gap gap = {cell, total_of(walk, cell)};

		g_array_append_val(walk->gaps, gap);
	}
	strata__sample(walk->spills, walk->facts->draws, donors, walk->part, total);
	for (guint i = 0; i < walk->spills->len; i++) {
		const struct spill *spill = &g_array_index(walk->spills, struct spill, i);

		pool__add(&walk->pool, drawn_bits(walk, spill->draw), spill->ns, spill->ns * total,
			  true);
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
					    .state = shown_state(walk, cell),
					    .syscall = cell->key.syscall,
					    .futex_op = FUTEX_OP_NONE};
		enum cause cause = rules__match(&question);
		double ns = total_of(walk, cell);
		struct portion portion = {.cause = cause, .figures = walk->always, .ns = ns};

		exact = exact || rules__state_decides(question.state);
		figures__add_blind(walk->figures, figures__of_cause(cause) & ~walk->decided, ns);
		if (cell->key.syscall == SYSCALL_UNKNOWN)
			figures__add_hidden(walk->figures, functions__possible(cell->key.state),
					    ns);
		portion.basis = exact ? BASIS_EXACT : BASIS_ESTIMATED;
		portion.grain = exact ? 0 : total;
		emit(walk, cell, &portion);
	}
}

static void share_open(struct walk *walk)
{
	const GArray *draws = walk->facts->draws;
	const struct key *key = &g_array_index(walk->open, struct cell_draws, 0).cell->key;
	double total = 0, weight = 0;
	struct range donors;

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
	if (tally__of(draws, walk->all, walk->part).weight > 0)
		donors = walk->all;
	else
		donors = strata__donors(draws, key, walk->part);
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

static void share_part(struct walk *walk, guint from, guint to)
{
	const struct key *key = &g_array_index(walk->facts->cells, struct cell, from).key;
	const uint64_t *possible = g_hash_table_lookup(walk->possible, place_of(key));
	guint next = walk->all.from;

	memset(&walk->pool, 0, sizeof(walk->pool));
	g_array_set_size(walk->open, 0);
	decide(walk, key);
	for (guint i = from; i < to; i++) {
		struct cell_draws own = {
			.cell = &g_array_index(walk->facts->cells, struct cell, i)};
		double total = total_of(walk, own.cell);

		own.draws =
			strata__slice(walk->facts->draws, walk->all, &next, own.cell->key.slice);
		if (total <= 0)
			continue;
		own.tally = tally__of(walk->facts->draws, own.draws, walk->part);
		figures__add_exact(walk->figures, walk->always, total);
		if (tally__is_complete(&own.tally, total, own.cell->key.state))
			share_complete(walk, &own);
		else
			g_array_append_val(walk->open, own);
	}
	if (walk->open->len)
		share_open(walk);
	figures__add_pool(walk->figures, &walk->pool, walk->part, ~walk->decided,
			  possible ? *possible : 0, walk->like[walk->part]);
}

static void find_like(struct walk *walk, const struct key *key)
{
	struct range range = strata__calls(walk->facts->draws, key);

	for (int part = 0; part < PART_COUNT; part++) {
		double weight = tally__of(walk->facts->draws, range, part).weight;

		memset(walk->like[part], 0, sizeof(walk->like[part]));
		for (guint i = range.from; weight > 0 && i < range.to; i++) {
			const struct draw *draw = draw_at(walk, i);

			for (int bit = 0; bit < FIGURE_COUNT; bit++) {
				if (draw->figures & FIGURE_BIT(bit))
					walk->like[part][bit] += draw__weight(draw, part) / weight;
			}
		}
		for (int bit = 0; bit < FIGURE_COUNT; bit++)
			walk->like[part][bit] = fmin(walk->like[part][bit], 1);
	}
}

void analysis__share(struct analysis *analysis, const struct facts *facts, struct figures *figures)
{
	struct walk walk = {
		.analysis = analysis,
		.facts = facts,
		.figures = figures,
		.possible = find_possible(facts),
		.pieces = g_array_new(FALSE, FALSE, sizeof(struct piece)),
		.open = g_array_new(FALSE, FALSE, sizeof(struct cell_draws)),
		.spills = g_array_new(FALSE, FALSE, sizeof(struct spill)),
		.gaps = g_array_new(FALSE, FALSE, sizeof(struct gap)),
	};
	const struct key *last = NULL;
	guint to;

	for (guint from = 0; from < facts->cells->len; from = to) {
		const struct key *key = &g_array_index(facts->cells, struct cell, from).key;

		to = strata__end(facts->cells, from);
		if (!last || last->process != key->process || last->state != key->state ||
		    last->syscall != key->syscall)
			find_like(&walk, key);
		last = key;
		walk.all = strata__draws(facts->draws, key);
		for (walk.part = PART_STATE; walk.part < PART_COUNT; walk.part++)
			share_part(&walk, from, to);
	}
	analysis->piece_count = walk.pieces->len;
	analysis->pieces = (struct piece *)g_array_free(walk.pieces, FALSE);
	g_array_free(walk.open, TRUE);
	g_array_free(walk.spills, TRUE);
	g_array_free(walk.gaps, TRUE);
	g_hash_table_destroy(walk.possible);
}
