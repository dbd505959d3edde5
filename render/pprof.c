// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * A call tree as a profile of pprof: a value a stack, and nothing else is known of it. Captures
 * have more to tell: pprof_capture.c.
 */
#include "render/flame_functions.h"
#include "render/formats.h"
#include "render/pprof_profile.h"

static uint64_t place_of(struct pprof *profile, const struct flame_frame *frame)
{
	const struct pprof_module module = {
		.path = frame->kind == FLAME_KERNEL ? PPROF_KERNEL : frame->module,
	};
	const struct pprof_line line = {frame->name, frame->file, frame->line};

	return pprof__place(profile, frame, &module, &line, 1);
}

static void add_nodes(struct pprof *profile, const struct flame *flame)
{
	size_t count;
	struct flame_tree *tree = flame_tree__new(flame, (struct flame_limits){0});
	const struct flame_node *nodes = flame_tree__nodes(tree, &count);
	struct flame_functions functions = flame_functions__of(nodes, count);
	GArray *places = g_array_new(FALSE, FALSE, sizeof(uint64_t));

	for (size_t i = 0; i < count; i++) {
		struct pprof_sample sample = {.values = &nodes[i].self_ns};

		if (nodes[i].self_ns <= 0)
			continue;
		g_array_set_size(places, 0);
		for (size_t node = i; node > 0; node = nodes[node].parent) {
			uint64_t place = place_of(
				profile, flame_functions__at(&functions, functions.of[node]));

			g_array_append_val(places, place);
		}
		sample.places = (const uint64_t *)(const void *)places->data;
		sample.place_count = places->len;
		pprof__add_sample(profile, &sample);
	}
	g_array_free(places, TRUE);
	flame_functions__free(&functions);
	flame_tree__free(tree);
}

int pprof__write_flame(FILE *out, const struct flame *flame)
{
	struct pprof *profile = pprof__new();

	if (flame__is_time(flame))
		pprof__add_type(profile, "time", "nanoseconds");
	else
		pprof__add_type(profile, "samples", "count");
	pprof__add_comment(profile, flame__title(flame));
	for (const char *const *note = flame__notes(flame); *note; note++)
		pprof__add_comment(profile, *note);
	add_nodes(profile, flame);
	pprof__write(profile, out);
	pprof__free(profile);
	return 0;
}
