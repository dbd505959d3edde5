// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * speedscope's own format (speedscope.app/file-format-schema.json): a "sampled" profile of all
 * stacks, and one for each process and thread where stacks are rooted in them. A sample is a list
 * of indexes into the shared frames, root first, and its weight.
 */
#include "render/escape.h"
#include "render/flame_functions.h"
#include "render/formats.h"
#include "render/json_values.h"

#include <inttypes.h>

struct document {
	FILE *out;
	const struct flame_node *nodes;
	size_t count;
	const char *unit;
	struct flame_functions functions;
};

static void write_string(FILE *out, const char *text)
{
	GString *clean = g_string_new(NULL);
	struct json_object *string;

	escape__text(clean, text);
	string = json_object_new_string_len(clean->str, (int)clean->len);
	(void)fputs(json_object_to_json_string_ext(string, JSON_C_TO_STRING_PLAIN |
								   JSON_C_TO_STRING_NOSLASHESCAPE),
		    out);
	json_object_put(string);
	g_string_free(clean, TRUE);
}

static void write_frames(const struct document *document)
{
	FILE *out = document->out;
	GString *name = g_string_new(NULL);

	for (guint i = 0; i < document->functions.list->len; i++) {
		const struct flame_frame *frame = flame_functions__at(&document->functions, i);
		const char *file = frame->file ? frame->file : frame->module;

		g_string_assign(name, frame->name);
		g_string_append(name, folded__ending(frame->kind));
		(void)fputs(i ? ",\n{\"name\":" : "\n{\"name\":", out);
		write_string(out, name->str);
		if (file) {
			(void)fputs(",\"file\":", out);
			write_string(out, file);
		}
		if (frame->line)
			(void)fprintf(out, ",\"line\":%" PRIu32, frame->line);
		(void)fputc('}', out);
	}
	g_string_free(name, TRUE);
}

/* The nodes of a profile: those above `root`, but not those above the groups among them. */
struct range {
	size_t root;
	size_t end; /* the first node that is not above it */
	bool whole; /* with the groups */
};

static size_t end_of(const struct document *document, size_t root)
{
	size_t end = root + 1;

	while (end < document->count && document->nodes[end].depth > document->nodes[root].depth)
		end++;
	return end;
}

/* Of the nodes from `i` on: the first of the range with a value of its own; `end`: there is none.
 */
static size_t next_sample(const struct document *document, const struct range *range, size_t i)
{
	while (i < range->end) {
		const struct flame_node *node = &document->nodes[i];

		if (!range->whole && node->kind == FLAME_GROUP && i != range->root)
			i = end_of(document, i);
		else if (node->self_ns > 0)
			return i;
		else
			i++;
	}
	return range->end;
}

/* The frames above the range's root up to the node; none of the root itself. */
static void write_sample(const struct document *document, const struct range *range, size_t leaf,
			 GArray *path)
{
	g_array_set_size(path, 0);
	for (size_t i = leaf; i != range->root; i = document->nodes[i].parent)
		g_array_append_val(path, document->functions.of[i]);
	(void)fputc('[', document->out);
	for (guint i = path->len; i-- > 0;)
		(void)fprintf(document->out, "%u%s", g_array_index(path, guint, i), i ? "," : "");
	(void)fputc(']', document->out);
}

static int64_t value_of(const struct document *document, const struct range *range)
{
	int64_t value = 0;

	for (size_t i = next_sample(document, range, range->root); i < range->end;
	     i = next_sample(document, range, i + 1))
		value += document->nodes[i].self_ns;
	return value;
}

static void write_profile(const struct document *document, const struct range *range,
			  const char *name)
{
	FILE *out = document->out;
	GArray *path = g_array_new(FALSE, FALSE, sizeof(guint));
	const char *before = "\n";

	(void)fputs("{\"type\":\"sampled\",\"name\":", out);
	write_string(out, name);
	(void)fprintf(out, ",\"unit\":\"%s\",\"startValue\":0,\"endValue\":%" PRId64,
		      document->unit, value_of(document, range));
	(void)fputs(",\"samples\":[", out);
	for (size_t i = next_sample(document, range, range->root); i < range->end;
	     i = next_sample(document, range, i + 1)) {
		(void)fputs(before, out);
		write_sample(document, range, i, path);
		before = ",\n";
	}
	(void)fputs("],\"weights\":[", out);
	before = "";
	for (size_t i = next_sample(document, range, range->root); i < range->end;
	     i = next_sample(document, range, i + 1)) {
		(void)fprintf(out, "%s%" PRId64, before, document->nodes[i].self_ns);
		before = ",";
	}
	(void)fputs("]}", out);
	g_array_free(path, TRUE);
}

/* Groups that nothing but groups is below of: "process" or "process; thread". */
static bool is_root_group(const struct document *document, size_t i)
{
	for (; i > 0; i = document->nodes[i].parent)
		if (document->nodes[i].kind != FLAME_GROUP)
			return false;
	return true;
}

static char *group_name(const struct document *document, size_t group)
{
	const struct flame_node *node = &document->nodes[group];

	if (!node->parent)
		return g_strdup(node->name);
	return g_strdup_printf("%s; %s", document->nodes[node->parent].name, node->name);
}

static void write_groups(const struct document *document)
{
	for (size_t i = 1; i < document->count; i++) {
		struct range range = {.root = i};
		char *name;

		if (document->nodes[i].kind != FLAME_GROUP || !is_root_group(document, i))
			continue;
		range.end = end_of(document, i);
		if (next_sample(document, &range, i) == range.end)
			continue;
		name = group_name(document, i);
		(void)fputs(",\n", document->out);
		write_profile(document, &range, name);
		g_free(name);
	}
}

/* The format has no place for remarks: they are in the name, which its viewer shows on top. */
static void write_name(const struct document *document, const struct flame *flame)
{
	GString *name = g_string_new(flame__title(flame));

	for (const char *const *note = flame__notes(flame); *note; note++)
		g_string_append_printf(name, " · %s", *note);
	write_string(document->out, name->str);
	g_string_free(name, TRUE);
}

int speedscope__write(FILE *out, const struct flame *flame)
{
	struct document document = {
		.out = out,
		.unit = flame__is_time(flame) ? "nanoseconds" : "none",
	};
	struct flame_tree *tree = flame_tree__new(flame, (struct flame_limits){0});
	struct range all = {.whole = true};

	document.nodes = flame_tree__nodes(tree, &document.count);
	document.functions = flame_functions__of(document.nodes, document.count);
	all.end = document.count;
	(void)fputs("{\"$schema\":\"https://www.speedscope.app/file-format-schema.json\",\n"
		    "\"exporter\":\"wallflame\",\"name\":",
		    out);
	write_name(&document, flame);
	(void)fputs(",\"activeProfileIndex\":0,\n\"shared\":{\"frames\":[", out);
	write_frames(&document);
	(void)fputs("]},\n\"profiles\":[\n", out);
	write_profile(&document, &all, "all");
	write_groups(&document);
	(void)fputs("]}\n", out);
	flame_functions__free(&document.functions);
	flame_tree__free(tree);
	return 0;
}
