// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Shares the time in which threads were not watched out over what was seen of them, each piece by
 * how much unseen time of its kind is to be expected beside it. How far that may be off is taken
 * from how much the slices differ (docs/budget.md).
 */
#include <math.h>
#include <string.h>

#include "analyzer/cover.h"
#include "analyzer/private.h"
#include "analyzer/student.h"

#define CONFIDENCE 0.95
/* What never came up in n pieces of time is, at 95 %, in less than 3 of n: (1 - 3/n)^n = e^-3. */
#define NEVER_SEEN 3.0
/* More pieces than DRAWS_MAX for one thread and slice only make pictures slower to draw; those of
 * all of its slices together are about DRAWS. */
#define DRAWS_MAX 64
#define DRAWS_MIN 8
#define DRAWS 8192
#define LEAST_REST 0.1 /* without a slice that has nearly all */
#define GOLDEN 0.6180339887498949 /* its multiples fill a circle evenly */

/* The two kinds of time that are known apart, though unwatched. */
enum unseen_kind {
	KIND_OFF, /* the CPU, and not waiting for one */
	KIND_WAIT, /* for a CPU */
	KIND_COUNT,
};

static const unsigned int states_of[KIND_COUNT] = {
	[KIND_OFF] = 1U << STATE_INTERRUPTIBLE | 1U << STATE_UNINTERRUPTIBLE | 1U << STATE_IO_WAIT |
		     1U << STATE_STOPPED,
	[KIND_WAIT] = 1U << STATE_PREEMPTED | 1U << STATE_WOKEN,
};

struct unseen {
	struct analysis *analysis;
	const struct facts *facts;
	struct cover *cover;
	guint seen; /* the first so many pieces are what was seen */
	GArray *pieces;
	double *errors; /* of each figure, by slice */
	double *parts; /* of the group at hand, by slice; else 0 */
	double amount[FIGURE_COUNT];
	double guessed[FIGURE_COUNT];
	double total[KIND_COUNT];
	double blind; /* nothing like it was seen at all */
};

/* What was seen of a thread, of a process, or of all. */
struct group {
	enum unseen_kind kind;
	GArray *members; /* uint32_t: pieces */
	GArray *cells; /* struct unseen_cell *: to be shared out */
	double total; /* of the cells */
	double weight; /* of the members */
	bool plain; /* no member was seen when not all was: they weigh what they are */
	bool guessed; /* the cells' own thread was not seen */
};

static struct piece *piece_at(const struct unseen *unseen, uint32_t index)
{
	return &g_array_index(unseen->pieces, struct piece, index);
}

static double time_of(const struct unseen_cell *cell, enum unseen_kind kind)
{
	return (double)(kind == KIND_WAIT ? cell->runqueue_ns : cell->ns);
}

/* The unseen time that is to be expected beside it. */
static double weight_of(const struct unseen *unseen, const struct group *group, uint32_t index)
{
	const struct piece *piece = piece_at(unseen, index);

	if (group->plain)
		return piece->ns;
	return piece->ns * (1 / cover__chance(unseen->cover, piece->slice, piece->class) - 1);
}

static double weigh(const struct unseen *unseen, const struct group *group)
{
	double weight = 0;

	for (guint i = 0; i < group->members->len; i++)
		weight += weight_of(unseen, group, g_array_index(group->members, uint32_t, i));
	return weight;
}

static uint64_t figures_of(const struct piece *piece, enum unseen_kind kind)
{
	uint64_t bits = figures__of_cause(piece->cause);

	for (int probe = 0; probe < PROBE_COUNT; probe++) {
		if (piece->points & 1U << probe)
			bits |= FIGURE_BIT(FIGURE_WALL(probe)) |
				(kind == KIND_OFF ? FIGURE_BIT(FIGURE_BLOCKED(probe)) : 0);
	}
	return bits;
}

/* The part that each slice has of the group's weight, or back to none: so this takes as long as
 * there are members, however many slices there are. */
static void weigh_slices(struct unseen *unseen, const struct group *group, bool set)
{
	for (guint i = 0; i < group->members->len; i++) {
		uint32_t index = g_array_index(group->members, uint32_t, i);
		double *part = &unseen->parts[piece_at(unseen, index)->slice];

		*part = set ? *part + weight_of(unseen, group, index) / group->weight : 0;
	}
}

/* How much larger the error of a slice is than it seems, for it is in what it is held against, too:
 * by what the others would be off without it (the jackknife's way). */
static double leverage_of(const struct unseen *unseen, uint32_t slice)
{
	return 1 / fmax(1 - unseen->parts[slice], LEAST_REST);
}

/* The ratio estimator's error by slices: each member by how far it is from the group's share. */
static void add_errors(struct unseen *unseen, const struct group *group, const double *shares)
{
	size_t slices = unseen->analysis->slice_count;
	double scale = group->total / group->weight;

	weigh_slices(unseen, group, true);
	for (guint i = 0; i < group->members->len; i++) {
		uint32_t index = g_array_index(group->members, uint32_t, i);
		const struct piece *piece = piece_at(unseen, index);
		uint64_t bits = figures_of(piece, group->kind);
		double ns =
			scale * weight_of(unseen, group, index) * leverage_of(unseen, piece->slice);

		for (int figure = 0; figure < FIGURE_COUNT; figure++)
			unseen->errors[(size_t)figure * slices + piece->slice] +=
				ns * ((bits & FIGURE_BIT(figure) ? 1 : 0) - shares[figure]);
	}
	weigh_slices(unseen, group, false);
}

static void find_errors(struct unseen *unseen, const struct group *group)
{
	double shares[FIGURE_COUNT] = {0};

	for (guint i = 0; i < group->members->len; i++) {
		uint32_t index = g_array_index(group->members, uint32_t, i);
		uint64_t bits = figures_of(piece_at(unseen, index), group->kind);
		double share = weight_of(unseen, group, index) / group->weight;

		for (int figure = 0; figure < FIGURE_COUNT; figure++)
			shares[figure] += bits & FIGURE_BIT(figure) ? share : 0;
	}
	add_errors(unseen, group, shares);
}

static bool is_guess(const struct group *group)
{
	return group->guessed || group->plain;
}

static void emit(struct unseen *unseen, const struct group *group, const struct unseen_cell *cell,
		 uint32_t like, double ns)
{
	struct piece piece = *piece_at(unseen, like);
	uint64_t bits = figures_of(&piece, group->kind);

	for (int figure = 0; figure < FIGURE_COUNT; figure++) {
		if (!(bits & FIGURE_BIT(figure)))
			continue;
		unseen->amount[figure] += ns;
		unseen->guessed[figure] += is_guess(group) ? ns : 0;
	}
	piece.thread = cell->key.thread;
	piece.slice = cell->slice;
	piece.doubt = (float)(piece.doubt * ns / piece.ns);
	piece.ns = ns;
	piece.basis = is_guess(group) ? BASIS_ESTIMATED : BASIS_SAMPLED;
	piece.grain =
		(float)fmax(group->total / fmax(cover__pieces(unseen->cover), 1), piece.grain);
	g_array_append_val(unseen->pieces, piece);
}

/* So many members come up in one cell at most: fewer where there are many cells, for all that is
 * kept of them is pieces. */
static int draws_of(const struct group *group)
{
	return CLAMP(DRAWS / (int)MAX(group->cells->len, 1U), DRAWS_MIN, DRAWS_MAX);
}

static void emit_all(struct unseen *unseen, const struct group *group,
		     const struct unseen_cell *cell)
{
	double total = time_of(cell, group->kind);

	for (guint i = 0; i < group->members->len; i++) {
		uint32_t index = g_array_index(group->members, uint32_t, i);
		double ns = total * weight_of(unseen, group, index) / group->weight;

		if (ns > 0)
			emit(unseen, group, cell, index, ns);
	}
}

/* The first member up to which the weights make more than that. sums: up to each. */
static guint member_at(const double *sums, guint count, double weight)
{
	guint low = 0, high = count - 1;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (sums[middle] > weight)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Members drawn evenly by weight: in each slice others, so that all of them come up. */
static void emit_drawn(struct unseen *unseen, const struct group *group,
		       const struct unseen_cell *cell, const double *sums, int draws)
{
	double first = fmod((cell->slice + 1) * GOLDEN, 1);
	double part = time_of(cell, group->kind) / draws;
	guint count = group->members->len;

	for (int taken = 0, next; taken < draws && part > 0; taken = next) {
		guint member = member_at(sums, count, (taken + first) / draws * group->weight);

		for (next = taken + 1; next < draws; next++)
			if ((next + first) / draws * group->weight >= sums[member])
				break;
		emit(unseen, group, cell, g_array_index(group->members, uint32_t, member),
		     part * (next - taken));
	}
}

static double *sums_of(const struct unseen *unseen, const struct group *group)
{
	double *sums = g_new0(double, group->members->len);
	double sum = 0;

	for (guint i = 0; i < group->members->len; i++) {
		sum += weight_of(unseen, group, g_array_index(group->members, uint32_t, i));
		sums[i] = sum;
	}
	return sums;
}

/* Every member its part of each cell, or where there are many, drawn ones. */
static void share_out(struct unseen *unseen, struct group *group)
{
	int draws = draws_of(group);
	double *sums = group->members->len > (guint)draws ? sums_of(unseen, group) : NULL;

	find_errors(unseen, group);
	for (guint i = 0; i < group->cells->len; i++) {
		const struct unseen_cell *cell =
			g_array_index(group->cells, const struct unseen_cell *, i);

		if (sums)
			emit_drawn(unseen, group, cell, sums, draws);
		else
			emit_all(unseen, group, cell);
	}
	g_free(sums);
}

static void emit_blind(struct unseen *unseen, const struct group *group)
{
	for (guint i = 0; i < group->cells->len; i++) {
		const struct unseen_cell *cell =
			g_array_index(group->cells, const struct unseen_cell *, i);
		struct piece piece = {
			.thread = cell->key.thread,
			.slice = cell->slice,
			.cause = group->kind == KIND_WAIT ? SWITCH_RUN_QUEUE : UNKNOWN,
			.state = STATE_UNOBSERVED,
			.syscall = SYSCALL_UNKNOWN,
			.ns = time_of(cell, group->kind),
			.basis = BASIS_ESTIMATED,
			.grain = (float)group->total,
		};
		int figure = FIGURE_LEAF(piece.cause);

		if (piece.ns <= 0)
			continue;
		unseen->amount[figure] += piece.ns;
		unseen->guessed[figure] += piece.ns;
		unseen->blind += piece.ns;
		g_array_append_val(unseen->pieces, piece);
	}
}

/* Groups by number, of one kind. */
static struct group *new_groups(size_t count, enum unseen_kind kind)
{
	struct group *groups = g_new0(struct group, count);

	for (size_t i = 0; i < count; i++) {
		groups[i].kind = kind;
		groups[i].members = g_array_new(FALSE, FALSE, sizeof(uint32_t));
		groups[i].cells = g_array_new(FALSE, FALSE, sizeof(const struct unseen_cell *));
	}
	return groups;
}

static void free_groups(struct group *groups, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		g_array_free(groups[i].members, TRUE);
		g_array_free(groups[i].cells, TRUE);
	}
	g_free(groups);
}

static void hand_on(struct group *from, struct group *to)
{
	g_array_append_vals(to->cells, from->cells->data, from->cells->len);
	to->total += from->total;
	to->guessed = true;
}

/* Whether anything is left to be shared out, and there is something to go by. */
static bool can_share(const struct unseen *unseen, struct group *group)
{
	if (group->total <= 0)
		return false;
	group->weight = weigh(unseen, group);
	if (group->weight <= 0) {
		group->plain = true;
		group->weight = weigh(unseen, group);
	}
	return group->weight > 0;
}

static void spread_kind(struct unseen *unseen, enum unseen_kind kind)
{
	const struct analysis *analysis = unseen->analysis;
	struct group *threads = new_groups(analysis->thread_count, kind);
	struct group *processes = new_groups(analysis->process_count, kind);
	struct group *all = new_groups(1, kind);

	for (uint32_t i = 0; i < unseen->seen; i++) {
		const struct piece *piece = piece_at(unseen, i);
		size_t process = analysis->threads[piece->thread].process;

		if (!(states_of[kind] & 1U << piece->state))
			continue;
		g_array_append_val(threads[piece->thread].members, i);
		g_array_append_val(processes[process].members, i);
		g_array_append_val(all->members, i);
	}
	for (guint i = 0; i < unseen->facts->unobserved->len; i++) {
		const struct unseen_cell *cell =
			&g_array_index(unseen->facts->unobserved, struct unseen_cell, i);
		struct group *thread = &threads[cell->key.thread];

		g_array_append_val(thread->cells, cell);
		thread->total += time_of(cell, kind);
		unseen->total[kind] += time_of(cell, kind);
	}
	for (size_t i = 0; i < analysis->thread_count; i++) {
		if (can_share(unseen, &threads[i]) && !threads[i].plain)
			share_out(unseen, &threads[i]);
		else
			hand_on(&threads[i], &processes[analysis->threads[i].process]);
	}
	for (size_t i = 0; i < analysis->process_count; i++) {
		if (can_share(unseen, &processes[i]))
			share_out(unseen, &processes[i]);
		else
			hand_on(&processes[i], all);
	}
	if (can_share(unseen, all))
		share_out(unseen, all);
	else
		emit_blind(unseen, all);
	free_groups(threads, analysis->thread_count);
	free_groups(processes, analysis->process_count);
	free_groups(all, 1);
}

/* Slices in which not all was seen: so many independent looks there were. */
static int looks_of(const struct unseen *unseen)
{
	int count = 0;

	for (uint32_t slice = 0; slice < unseen->analysis->slice_count; slice++)
		count += cover__chance(unseen->cover, slice, 0) < 1;
	return count;
}

/* Half the width of the interval of a figure; of how many looks it is the error. */
static double half_of(const struct unseen *unseen, int figure, int looks)
{
	size_t slices = unseen->analysis->slice_count;
	double squares = 0;

	for (size_t slice = 0; slice < slices; slice++) {
		double error = unseen->errors[(size_t)figure * slices + slice];

		squares += error * error;
	}
	return student__within(CONFIDENCE, looks - 1) * sqrt(squares * looks / (looks - 1));
}

static void take_figures(const struct unseen *unseen, struct figures *figures)
{
	int looks = looks_of(unseen);
	double total = unseen->total[KIND_OFF] + unseen->total[KIND_WAIT];
	double never = total * fmin(NEVER_SEEN / fmax(cover__pieces(unseen->cover), 1), 1);

	figures->unseen = total;
	for (int figure = 0; figure < FIGURE_COUNT; figure++) {
		struct estimate *estimate = &figures->of[figure];

		if (figure == FIGURE_LEAF(CPU_USER) || figure == FIGURE_LEAF(CPU_KERNEL))
			continue; /* to run is what is known of all time */
		estimate->unseen = unseen->amount[figure];
		estimate->guessed += unseen->guessed[figure];
		/* With one look alone nothing says how much they differ: it may be anything. */
		estimate->unseen_half = looks > 1 ? half_of(unseen, figure, looks) : total;
		estimate->unseen_half = fmax(estimate->unseen_half, never) + unseen->blind;
	}
}

void analysis__spread_unobserved(struct analysis *analysis, const struct facts *facts,
				 struct figures *figures)
{
	struct unseen unseen = {.analysis = analysis, .facts = facts};

	if (!facts->unobserved->len)
		return;
	unseen.cover = cover__new(analysis);
	unseen.errors = g_new0(double, FIGURE_COUNT *MAX(analysis->slice_count, 1));
	unseen.parts = g_new0(double, MAX(analysis->slice_count, 1));
	unseen.pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
	g_array_append_vals(unseen.pieces, analysis->pieces, (guint)analysis->piece_count);
	unseen.seen = unseen.pieces->len;
	for (int kind = 0; kind < KIND_COUNT; kind++)
		spread_kind(&unseen, (enum unseen_kind)kind);
	take_figures(&unseen, figures);
	g_free(analysis->pieces);
	analysis->piece_count = unseen.pieces->len;
	analysis->pieces = (struct piece *)(void *)g_array_free(unseen.pieces, FALSE);
	g_free(unseen.parts);
	g_free(unseen.errors);
	cover__free(unseen.cover);
}
