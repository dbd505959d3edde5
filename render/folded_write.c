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

static const char *const endings[FLAME_KIND_COUNT] = {
	[FLAME_GROUP] = "",	  [FLAME_CAUSE] = "",	   [FLAME_USER] = "", [FLAME_JIT] = "_[j]",
	[FLAME_INLINED] = "_[i]", [FLAME_KERNEL] = "_[k]", [FLAME_NOTE] = "",
};

const char *folded__ending(enum flame_kind kind)
{
	return endings[kind];
}

void folded__write(FILE *out, const struct flame *flame)
{
	size_t count;
	const struct flame_node *nodes = flame__nodes(flame, &count);
	GString *path = g_string_new(NULL);
	/* By depth: where in `path` the frame of that depth ends. */
	GArray *ends = g_array_new(FALSE, TRUE, sizeof(gsize));

	g_array_set_size(ends, 1);
	if (count > 0 && nodes[0].self_ns > 0)
		(void)fprintf(out, "[no stack] %" PRId64 "\n", nodes[0].self_ns);
	for (size_t i = 1; i < count; i++) {
		g_string_truncate(path, g_array_index(ends, gsize, nodes[i].depth - 1));
		g_array_set_size(ends, nodes[i].depth + 1);
		if (path->len > 0)
			g_string_append_c(path, ';');
		escape__folded(path, nodes[i].name);
		g_string_append(path, endings[nodes[i].kind]);
		g_array_index(ends, gsize, nodes[i].depth) = path->len;
		if (nodes[i].self_ns > 0)
			(void)fprintf(out, "%s %" PRId64 "\n", path->str, nodes[i].self_ns);
	}
	g_array_free(ends, TRUE);
	g_string_free(path, TRUE);
}
