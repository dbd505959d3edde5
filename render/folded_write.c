// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Folded stacks: "root;...;leaf count", a line a stack, as FlameGraph, speedscope, inferno and
 * others read them. Kinds are told the way FlameGraph's stackcollapse-perf.pl does, by endings of
 * the names. The root "all" is left out: readers draw their own.
 */
#include "render/escape.h"
#include "render/flame_tree.h"
#include "render/formats.h"

#include <inttypes.h>
#include <math.h>

static const char *const endings[FLAME_KIND_COUNT] = {
	[FLAME_GROUP] = "",	  [FLAME_CAUSE] = "",	   [FLAME_USER] = "", [FLAME_JIT] = "_[j]",
	[FLAME_INLINED] = "_[i]", [FLAME_KERNEL] = "_[k]", [FLAME_NOTE] = "", [FLAME_REST] = "",
};

const char *folded__ending(enum flame_kind kind)
{
	return endings[kind];
}

struct folded_writer {
	FILE *out;
	GString *path;
	GArray *ends; /* gsize: by depth, where in `path` the frame of that depth ends */
	long double exact; /* what was to be written so far */
	int64_t given; /* what was written of it, in whole numbers */
};

static void write_node(void *ctx, const struct flame_node *node)
{
	struct folded_writer *writer = ctx;
	int64_t self;

	if (node->depth) {
		g_string_truncate(writer->path,
				  g_array_index(writer->ends, gsize, node->depth - 1));
		if (writer->path->len > 0)
			g_string_append_c(writer->path, ';');
		escape__folded(writer->path, node->name);
		g_string_append(writer->path, endings[node->kind]);
	}
	g_array_set_size(writer->ends, node->depth);
	g_array_append_val(writer->ends, writer->path->len);
	/* As in flame_tree.c: however small the pieces are, the lines sum to the rounded total. */
	writer->exact += node->self[SIDE_BEFORE];
	self = (int64_t)llroundl(writer->exact) - writer->given;
	writer->given += self;
	if (self > 0)
		(void)fprintf(writer->out, "%s %" PRId64 "\n",
			      node->depth ? writer->path->str : "[no stack]", self);
}

int folded__write(FILE *out, const struct flame *flame)
{
	struct folded_writer writer = {
		.out = out,
		.path = g_string_new(NULL),
		.ends = g_array_new(FALSE, FALSE, sizeof(gsize)),
	};

	flame__visit(flame, write_node, &writer);
	g_array_free(writer.ends, TRUE);
	g_string_free(writer.path, TRUE);
	return 0;
}
