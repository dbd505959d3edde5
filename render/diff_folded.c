// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * "root;...;leaf before after", as FlameGraph's difffolded.pl writes and its flamegraph.pl,
 * inferno and others read it. What came after is scaled to the amount of before.
 */
#include "render/diff_flame.h"
#include "render/diff_tree.h"
#include "render/escape.h"
#include "render/formats.h"

#include <inttypes.h>

static void write_line(FILE *out, const char *path, const struct diff_node *node)
{
	if (node->self_ns[SIDE_BEFORE] > 0 || node->self_ns[SIDE_AFTER] > 0)
		(void)fprintf(out, "%s %" PRId64 " %" PRId64 "\n", path, node->self_ns[SIDE_BEFORE],
			      node->self_ns[SIDE_AFTER]);
}

static void write_nodes(FILE *out, const struct diff_tree *tree)
{
	size_t count;
	const struct diff_node *nodes = diff_tree__nodes(tree, &count);
	GString *path = g_string_new(NULL);
	/* By depth: where in `path` the frame of that depth ends. */
	GArray *ends = g_array_new(FALSE, TRUE, sizeof(gsize));

	g_array_set_size(ends, 1);
	write_line(out, "[no stack]", &nodes[0]);
	for (size_t i = 1; i < count; i++) {
		const struct diff_node *node = &nodes[i];

		g_string_truncate(path, g_array_index(ends, gsize, node->frame->depth - 1));
		g_array_set_size(ends, node->frame->depth + 1);
		if (path->len > 0)
			g_string_append_c(path, ';');
		escape__folded(path, node->frame->name);
		g_string_append(path, folded__ending(node->frame->kind));
		g_array_index(ends, gsize, node->frame->depth) = path->len;
		write_line(out, path->str, node);
	}
	g_array_free(ends, TRUE);
	g_string_free(path, TRUE);
}

int diff_folded__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		       char **error)
{
	struct flame *flame;
	struct flame_tree *whole;
	struct diff_tree *tree;
	int status = diff_flame__new(&flame, comparison, &wish->flame, error);

	if (status)
		return status;
	whole = flame_tree__new(flame, (struct flame_limits){0});
	tree = diff_tree__new(whole);
	write_nodes(out, tree);
	diff_tree__free(tree);
	flame_tree__free(whole);
	flame__free(flame);
	return 0;
}
