// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/space.h"

#include <glib.h>

struct space {
	GArray *live; /* struct mapping, by start, none overlapping */
	GArray *past; /* struct mapping, in the order in which they ended */
	bool left; /* what is live ends as soon as anything is mapped */
};

struct space *space__new(void)
{
	struct space *space = g_new0(struct space, 1);

	space->live = g_array_new(FALSE, FALSE, sizeof(struct mapping));
	space->past = g_array_new(FALSE, FALSE, sizeof(struct mapping));
	return space;
}

struct space *space__fork(const struct space *parent, int64_t now_ns)
{
	struct space *child = space__new();

	g_array_append_vals(child->live, parent->live->data, parent->live->len);
	for (guint i = 0; i < child->live->len; i++) {
		struct mapping *mapping = &g_array_index(child->live, struct mapping, i);

		mapping->from_ns = now_ns;
		mapping->used = false;
	}
	return child;
}

void space__free(struct space *space)
{
	if (!space)
		return;
	g_array_free(space->live, TRUE);
	g_array_free(space->past, TRUE);
	g_free(space);
}

/* The number of live mappings that end at or before the address. */
static guint first_ending_after(const struct space *space, uint64_t address)
{
	guint low = 0, high = space->live->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(space->live, struct mapping, middle).end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void retire(struct space *space, struct mapping old, int64_t now_ns)
{
	old.to_ns = now_ns;
	g_array_append_val(space->past, old);
}

static bool is_there(const struct space *space, guint at, const struct mapping *new)
{
	const struct mapping *old = &g_array_index(space->live, struct mapping, at);

	return at < space->live->len && old->start == new->start && old->end == new->end &&
	       old->module == new->module && old->offset == new->offset;
}

static void end_all(struct space *space, int64_t now_ns)
{
	for (guint i = 0; i < space->live->len; i++)
		retire(space, g_array_index(space->live, struct mapping, i), now_ns);
	g_array_set_size(space->live, 0);
}

void space__map(struct space *space, const struct mapping *new)
{
	if (space->left)
		end_all(space, new->from_ns);
	space->left = false;

	guint at = first_ending_after(space, new->start);

	/* mprotect(2) of the same memory again and again, as JITs do it, changes nothing. */
	if (is_there(space, at, new))
		return;

	while (at < space->live->len) {
		struct mapping old = g_array_index(space->live, struct mapping, at);
		struct mapping before = old, after = old;

		if (old.start >= new->end)
			break;
		g_array_remove_index(space->live, at);
		retire(space, old, new->from_ns);
		if (old.start < new->start) {
			before.end = new->start;
			before.from_ns = new->from_ns;
			g_array_insert_val(space->live, at, before);
			at++;
		}
		if (old.end > new->end) {
			after.start = new->end;
			after.offset += new->end - old.start;
			after.from_ns = new->from_ns;
			g_array_insert_val(space->live, at, after);
			break;
		}
	}
	g_array_insert_vals(space->live, at, new, 1);
}

/*
 * The registers are still those of the caller, in what was mapped before, until the new program is
 * there (Linux: fs/exec.c, begin_new_exec() comes before start_thread()).
 */
void space__leave(struct space *space)
{
	space->left = true;
}

struct mapping *space__find(struct space *space, uint64_t address, int64_t at_ns)
{
	guint at = first_ending_after(space, address);

	if (at < space->live->len) {
		struct mapping *mapping = &g_array_index(space->live, struct mapping, at);

		if (mapping->start <= address && mapping->from_ns <= at_ns)
			return mapping;
	}
	for (guint i = space->past->len; i-- > 0;) {
		struct mapping *mapping = &g_array_index(space->past, struct mapping, i);

		if (mapping->start <= address && address < mapping->end &&
		    mapping->from_ns <= at_ns && at_ns < mapping->to_ns)
			return mapping;
	}
	return NULL;
}

const struct mapping *space__only_file(const struct space *space)
{
	const struct mapping *only = NULL;

	if (space->left)
		return NULL;
	for (guint i = 0; i < space->live->len; i++) {
		const struct mapping *mapping = &g_array_index(space->live, struct mapping, i);

		if (mapping->module->kind != MODULE_FILE)
			continue;
		if (only && only->module != mapping->module)
			return NULL;
		only = mapping;
	}
	return only;
}

static int write_used(const GArray *mappings, struct store_writer *writer, store_id process)
{
	int status = 0;

	for (guint i = 0; !status && i < mappings->len; i++) {
		const struct mapping *mapping = &g_array_index(mappings, struct mapping, i);
		struct store_mapping row = {
			.process = process,
			.module = mapping->module->id,
			.start_address = mapping->start,
			.end_address = mapping->end,
			.file_offset = mapping->offset,
			.from_ns = mapping->from_ns,
			.to_ns = mapping->to_ns == INT64_MAX ? 0 : mapping->to_ns,
		};

		if (mapping->used)
			status = store_writer__mapping(writer, &row);
	}
	return status;
}

int space__write(const struct space *space, struct store_writer *writer, store_id process)
{
	int status = write_used(space->past, writer, process);

	return status ? status : write_used(space->live, writer, process);
}
