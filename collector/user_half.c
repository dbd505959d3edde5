// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/user_half.h"

#include "collector/unwind_rules.h"

#include <errno.h>
#include <glib.h>

#define MOST_FRAMES 1024

struct user_half {
	struct modules *modules;
	struct unwind_rules *rules;
	uint64_t places[MOST_FRAMES];
};

struct user_half *user_half__new(struct modules *modules)
{
	struct user_half *half = g_new0(struct user_half, 1);

	half->modules = modules;
	half->rules = unwind_rules__new();
	return half;
}

void user_half__free(struct user_half *half)
{
	if (!half)
		return;
	unwind_rules__free(half->rules);
	g_free(half);
}

/* One stack that is walked. */
struct walk {
	struct user_half *half;
	const struct user_raw *raw;
	int status; /* of the writer */
};

/* The mapping that holds the place, its file opened; NULL: none, or an error. */
static const struct mapping *mapping_of(struct walk *walk, uint64_t place)
{
	const struct user_raw *raw = walk->raw;
	struct mapping *mapping = raw->space ? space__find(raw->space, place, raw->time_ns) : NULL;

	if (mapping && !walk->status)
		walk->status = modules__use(walk->half->modules, mapping->module, raw->pid,
					    mapping->start, mapping->end);
	return walk->status ? NULL : mapping;
}

static enum unwind_code find(void *ctx, uint64_t place, const struct unwind_rule **rule)
{
	struct walk *walk = ctx;
	const struct mapping *mapping = mapping_of(walk, place);

	if (!mapping)
		return UNWIND_NOWHERE;
	if (!mapping->module->elf)
		return UNWIND_WITHOUT_RULE;
	switch (unwind_rules__find(walk->half->rules, mapping->module->elf,
				   place - mapping->start + mapping->offset, rule)) {
	case 0:
		return UNWIND_BY_RULE;
	case -ENOENT:
		return UNWIND_WITHOUT_RULE;
	default:
		return UNWIND_BAD_RULE;
	}
}

static bool keeps_frame_pointers(struct walk *walk, uint64_t place)
{
	const struct mapping *mapping = mapping_of(walk, place);

	return mapping && mapping->module->elf &&
	       elf_file__has_frame_pointers(mapping->module->elf);
}

/* Code without frame pointers leads a walk along them astray: it ends where no code is. */
static void follow_chain(struct walk *walk, struct unwind_stack *out)
{
	const struct user_raw *raw = walk->raw;

	out->end = raw->chain_cut ? UNWIND_TRUNCATED : UNWIND_WHOLE;
	for (size_t i = 0; i < raw->chain_count && i < out->room; i++) {
		uint64_t place = raw->chain[i] - (i ? 1 : 0);

		if (i && !mapping_of(walk, place)) {
			out->end = UNWIND_BROKEN;
			return;
		}
		out->places[out->count++] = place;
	}
}

int user_half__walk(struct user_half *half, const struct user_raw *raw, struct unwind_stack *out)
{
	struct walk walk = {.half = half, .raw = raw};

	*out = (struct unwind_stack){.places = half->places, .room = MOST_FRAMES};
	if (!raw->copy) {
		follow_chain(&walk, out);
	} else if (raw->chain_count > 1 &&
		   keeps_frame_pointers(&walk, raw->copy->registers[UNWIND_RIP])) {
		unwind__join(raw->copy, raw->chain, raw->chain_count, find, &walk, out);
		if (out->end == UNWIND_WHOLE && raw->chain_cut)
			out->end = UNWIND_TRUNCATED;
	} else {
		unwind__walk(raw->copy, find, &walk, out);
	}
	return walk.status;
}
