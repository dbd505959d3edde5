// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The stacks are kept as they came; the tree is found by sorting those that go through a node by
 * what comes next in them, node by node from the root. What is too small to be of interest is not
 * sorted any further, so that a picture of a million stacks costs little more than reading them.
 */
#include "render/flame_walk.h"

#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FEW 24
#define MOST 0.9

/* A stack at some depth. */
struct step {
	uint32_t rank; /* of the frame there; 0: the stack has ended */
	uint32_t frame;
	uint32_t row;
};

/* A node that is known by those of the steps that go through it, before it is visited. */
struct branch {
	struct flame_node node;
	bool in_code; /* it is code, or its caller is in code */
	uint32_t begin, end; /* in walker.steps */
};

struct walker {
	const struct flame_stacks *stacks;
	uint32_t *ranks;
	uint32_t highest;
	struct step *steps; /* a step for each stack; only their rows stay valid */
	struct step *spare;
	uint32_t *places; /* highest + 2 */
	GArray *branches; /* struct branch; the next one last */
	struct flame_limits limits;
	guint tied; /* that were met */
};

static void look_deeper(struct walker *walker, const struct branch *branch)
{
	const struct flame_stacks *stacks = walker->stacks;
	guint depth = branch->node.depth;

	for (uint32_t i = branch->begin; i < branch->end; i++) {
		struct step *step = &walker->steps[i];
		const struct flame_row *row = &stacks->rows[step->row];

		step->rank = 0;
		if (depth >= row->count)
			continue;
		step->frame = stacks->ids[row->first + depth];
		step->rank = walker->ranks[step->frame];
	}
}

static int compare_steps(const void *a, const void *b)
{
	const struct step *left = a;
	const struct step *right = b;

	if (left->rank != right->rank)
		return left->rank < right->rank ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

/* For few; keeps the order of equals. */
static void insert_sort(struct step *steps, uint32_t count)
{
	for (uint32_t i = 1; i < count; i++) {
		struct step step = steps[i];
		uint32_t k = i;

		for (; k > 0 && steps[k - 1].rank > step.rank; k--)
			steps[k] = steps[k - 1];
		steps[k] = step;
	}
}

/* Sorts by counting, which keeps the order of equals: for more steps than there are ranks. */
static void count_sort(struct walker *walker, uint32_t begin, uint32_t end)
{
	uint32_t *places = walker->places;
	uint32_t place = begin;

	memset(places, 0, ((size_t)walker->highest + 1) * sizeof(*places));
	for (uint32_t i = begin; i < end; i++)
		places[walker->steps[i].rank]++;
	for (uint32_t rank = 0; rank <= walker->highest; rank++) {
		uint32_t count = places[rank];

		places[rank] = place;
		place += count;
	}
	for (uint32_t i = begin; i < end; i++)
		walker->spare[places[walker->steps[i].rank]++] = walker->steps[i];
	memcpy(&walker->steps[begin], &walker->spare[begin], (end - begin) * sizeof(struct step));
}

static void sort(struct walker *walker, uint32_t begin, uint32_t end)
{
	bool sorted = true;

	for (uint32_t i = begin + 1; i < end && sorted; i++)
		sorted = walker->steps[i - 1].rank <= walker->steps[i].rank;
	if (sorted)
		return;
	if (end - begin <= FEW)
		insert_sort(&walker->steps[begin], end - begin);
	else if (end - begin > walker->highest / 8)
		count_sort(walker, begin, end);
	else
		qsort(&walker->steps[begin], end - begin, sizeof(struct step), compare_steps);
}

/* Makes the places of a node those of another frame of its name as well. */
static void join(struct flame_node *node, const struct frame_facts *facts)
{
	const struct flame_frame *frame = &facts->frame;

	if (node->whole_name != facts->whole_name)
		node->whole_name = flame__several_names;
	if (node->module != frame->module)
		node->module = flame__several_modules;
	if (!frame->file)
		return;
	if (node->file && node->file != frame->file) {
		node->file = flame__several_files;
		node->first_line = node->last_line = 0;
		return;
	}
	node->file = frame->file;
	if (!node->first_line || (frame->line && frame->line < node->first_line))
		node->first_line = frame->line;
	node->last_line = MAX(node->last_line, frame->line);
}

static bool is_code(enum flame_kind kind)
{
	return kind != FLAME_GROUP && kind != FLAME_CAUSE;
}

/* The node of the steps of one rank. */
static struct branch branch_of(const struct walker *walker, uint32_t begin, uint32_t end,
			       const struct branch *parent)
{
	const struct flame_frames *frames = walker->stacks->frames;
	uint32_t frame = walker->steps[begin].frame;
	const struct frame_facts *facts = flame_frames__facts(frames, frame);
	struct branch branch = {
		.node = {.name = facts->frame.name,
			 .waits = GROUP_COUNT,
			 .whole_name = facts->whole_name,
			 .module = facts->frame.module,
			 .file = facts->frame.file,
			 .first_line = facts->frame.line,
			 .last_line = facts->frame.line,
			 .kind = facts->frame.kind,
			 .depth = parent->node.depth + 1},
		.in_code = parent->in_code || is_code(facts->frame.kind),
		.begin = begin,
		.end = end,
	};

	for (uint32_t i = begin; i < end; i++) {
		if (walker->steps[i].frame == frame)
			continue;
		frame = walker->steps[i].frame;
		join(&branch.node, flame_frames__facts(frames, frame));
	}
	return branch;
}

static void add_values(const struct walker *walker, struct flame_node *node, uint32_t begin,
		       uint32_t end)
{
	for (uint32_t i = begin; i < end; i++) {
		const struct flame_row *row = &walker->stacks->rows[walker->steps[i].row];

		node->self[row->side] += row->value;
		node->basis[row->basis] += (double)row->value;
	}
}

static long double sum(const struct walker *walker, uint32_t begin, uint32_t end)
{
	long double value = 0;

	for (uint32_t i = begin; i < end; i++)
		value += walker->stacks->rows[walker->steps[i].row].value;
	return value;
}

static void push(struct walker *walker, const struct branch *branch)
{
	g_array_append_val(walker->branches, *branch);
}

static bool is_beyond(struct walker *walker, uint32_t begin, uint32_t end, guint depth)
{
	const struct flame_limits *limits = &walker->limits;
	int64_t value;

	if (limits->levels && depth + 1 >= limits->levels)
		return true;
	if (limits->least <= 0)
		return false;
	value = llroundl(sum(walker, begin, end));
	if (value != limits->least || depth != limits->ties)
		return value < limits->least || (value == limits->least && depth > limits->ties);
	return limits->tied && ++walker->tied > limits->tied;
}

/* What is above a node: its children are put where the next branches are taken from. */
static void branch_out(struct walker *walker, uint32_t begin, const struct branch *parent)
{
	guint depth = parent->node.depth + 1;

	struct branch rest = {.node = {.kind = FLAME_REST, .waits = GROUP_COUNT, .depth = depth}};
	guint first = walker->branches->len;
	uint32_t next;

	for (uint32_t i = begin; i < parent->end; i = next) {
		next = i + 1;
		while (next < parent->end && walker->steps[next].rank == walker->steps[i].rank)
			next++;
		if (is_beyond(walker, i, next, depth)) {
			add_values(walker, &rest.node, i, next);
			rest.node.folded++;
		} else {
			struct branch branch = branch_of(walker, i, next, parent);

			push(walker, &branch);
		}
	}
	if (rest.node.folded)
		push(walker, &rest);
	/* The first of them is to be taken first. */
	for (guint i = first, k = walker->branches->len; i + 1 < k; i++) {
		struct branch *branches = (struct branch *)(void *)walker->branches->data;
		struct branch branch = branches[i];

		branches[i] = branches[--k];
		branches[k] = branch;
	}
}

/* Nearly all of its time waits for one. */
static enum cause_group cause_of_wait(const double *waits, double whole)
{
	enum cause_group group = 0;

	while (group < GROUP_COUNT && waits[group] < MOST * whole)
		group++;
	return group;
}

static unsigned int in_common(const struct walker *walker, const struct branch *branch)
{
	bool of_cause = branch->node.depth >= walker->stacks->cause_depth;

	return (branch->in_code ? IN_COMMON_CODE : 0) | (of_cause ? IN_COMMON_CAUSE : 0);
}

static void weigh_evidence(const struct walker *walker, struct branch *branch)
{
	const struct flame_stacks *stacks = walker->stacks;
	double waits[GROUP_COUNT + 1] = {0};

	if (!stacks->chances)
		return;
	for (uint32_t i = branch->begin; i < branch->end; i++) {
		const struct flame_row *row = &stacks->rows[walker->steps[i].row];
		const struct flame_evidence *evidence = &stacks->evidence[walker->steps[i].row];

		waits[evidence->waits] += (double)row->value;
		chances__add(stacks->chances, &evidence->chance, (double)row->value,
			     (enum basis)row->basis);
	}
	branch->node.time = chances__sum(stacks->chances, in_common(walker, branch));
	branch->node.waits = cause_of_wait(waits, branch->node.time.ns);
}

static void enter(struct walker *walker, struct branch *branch)
{
	uint32_t end = branch->begin;

	weigh_evidence(walker, branch);

	look_deeper(walker, branch);
	sort(walker, branch->begin, branch->end);
	while (end < branch->end && walker->steps[end].rank == 0)
		end++;
	add_values(walker, &branch->node, branch->begin, end);
	branch_out(walker, end, branch);
}

void flame_walk__nodes(const struct flame_stacks *stacks, struct flame_limits limits,
		       flame_visitor visit, void *ctx)
{
	struct branch root = {.node = {.name = "all", .kind = FLAME_GROUP, .waits = GROUP_COUNT},
			      .end = stacks->count};
	struct walker walker = {
		.stacks = stacks,
		.steps = g_new(struct step, stacks->count),
		.spare = g_new(struct step, stacks->count),
		.branches = g_array_new(FALSE, FALSE, sizeof(struct branch)),
		.limits = limits,
	};

	walker.ranks = flame_frames__ranks(stacks->frames, &walker.highest);
	walker.places = g_new(uint32_t, (gsize)walker.highest + 1);
	for (uint32_t i = 0; i < stacks->count; i++)
		walker.steps[i].row = i;
	push(&walker, &root);
	while (walker.branches->len > 0) {
		struct branch branch =
			g_array_index(walker.branches, struct branch, walker.branches->len - 1);

		g_array_set_size(walker.branches, walker.branches->len - 1);
		if (branch.node.kind != FLAME_REST)
			enter(&walker, &branch);
		visit(ctx, &branch.node);
	}
	g_array_free(walker.branches, TRUE);
	g_free(walker.places);
	g_free(walker.ranks);
	g_free(walker.spare);
	g_free(walker.steps);
}
