// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame.h"
#include "render/flame_frames.h"
#include "render/flame_inside.h"
#include "render/flame_tree.h"

#include <errno.h>
#include <math.h>

const char flame__several_modules[] = "several modules";
const char flame__several_files[] = "several files";
const char flame__several_names[] = "several names";

bool flame_kind__is_program(enum flame_kind kind)
{
	return kind == FLAME_USER || kind == FLAME_JIT || kind == FLAME_INLINED;
}

struct flame {
	struct flame_frames *frames;
	GArray *ids; /* uint32_t: the frames of all rows, one after the other */
	GArray *rows; /* struct flame_row, a stack each */
	GArray *evidence; /* struct flame_evidence, one for each row; without chances: none */
	struct chances *chances; /* or NULL */
	GArray *adding; /* uint32_t: of the stack that is being added */
	GPtrArray *notes;
	char *title;
	long double totals[SIDES];
	int64_t whole;
	long double scale; /* of what is added */
	enum side side;
	bool is_time;
	bool hangs;
	bool reversed;
	unsigned int cause_depth; /* of chances */
};

struct flame *flame__new(void)
{
	struct flame *flame = g_new0(struct flame, 1);

	flame->frames = flame_frames__new();
	flame->ids = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	flame->rows = g_array_new(FALSE, FALSE, sizeof(struct flame_row));
	flame->evidence = g_array_new(FALSE, FALSE, sizeof(struct flame_evidence));
	flame->adding = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	flame->notes = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(flame->notes, NULL);
	flame->title = g_strdup("Flame graph");
	flame->scale = 1;
	flame->is_time = true;
	return flame;
}

void flame__free(struct flame *flame)
{
	if (!flame)
		return;
	flame_frames__free(flame->frames);
	g_array_free(flame->ids, TRUE);
	g_array_free(flame->rows, TRUE);
	g_array_free(flame->evidence, TRUE);
	chances__free(flame->chances);
	g_array_free(flame->adding, TRUE);
	g_ptr_array_free(flame->notes, TRUE);
	g_free(flame->title);
	g_free(flame);
}

void flame__set_title(struct flame *flame, const char *title)
{
	g_free(flame->title);
	flame->title = g_strdup(title);
}

void flame__add_note(struct flame *flame, const char *line)
{
	g_ptr_array_insert(flame->notes, (gint)flame->notes->len - 1, g_strdup(line));
}

void flame__set_chances(struct flame *flame, struct chances *chances, unsigned int cause_depth)
{
	flame->chances = chances;
	flame->cause_depth = cause_depth;
}

void flame__set_whole(struct flame *flame, int64_t ns)
{
	flame->whole = ns;
}

void flame__set_reversed(struct flame *flame)
{
	flame->reversed = true;
}

void flame__hang(struct flame *flame)
{
	flame->hangs = true;
}

void flame__turn_to(struct flame *flame, enum side side, long double scale)
{
	flame->side = side;
	flame->scale = scale;
}

uint32_t flame__intern(struct flame *flame, const struct flame_frame *frame)
{
	return flame_frames__intern(flame->frames, frame);
}

const struct flame_frame *flame__frame(const struct flame *flame, uint32_t index)
{
	return &flame_frames__facts(flame->frames, index)->frame;
}

int flame__add_interned(struct flame *flame, const uint32_t *frames, size_t count,
			long double value, enum basis basis, const struct flame_evidence *evidence)
{
	struct flame_row row = {.first = flame->ids->len,
				.count = (uint32_t)count,
				.basis = (uint8_t)basis,
				.side = (uint8_t)flame->side,
				.value = value * flame->scale};

	if (!isfinite(row.value) || row.value < 0)
		return -EINVAL;
	if (flame->totals[SIDE_BEFORE] + flame->totals[SIDE_AFTER] + row.value >= 0x1p63L)
		return -ERANGE;
	if (count > G_MAXINT - row.first || flame->rows->len == G_MAXINT)
		return -E2BIG;
	if (row.value == 0)
		return 0;
	g_array_append_vals(flame->ids, frames, row.count);
	g_array_append_val(flame->rows, row);
	if (flame->chances)
		g_array_append_vals(flame->evidence, evidence, 1);
	flame->totals[flame->side] += row.value;
	if (basis == FLAME_BASIS_UNKNOWN)
		flame->is_time = false;
	return 0;
}

int flame__add(struct flame *flame, const struct flame_frame *frames, size_t count,
	       long double value, enum basis basis)
{
	g_array_set_size(flame->adding, 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t frame = flame__intern(flame, &frames[i]);

		g_array_append_val(flame->adding, frame);
	}
	return flame__add_interned(flame, &g_array_index(flame->adding, uint32_t, 0), count, value,
				   basis, NULL);
}

void flame__shorten_names(struct flame *flame)
{
	flame_frames__shorten(flame->frames);
}

long double flame__total_of(const struct flame *flame, enum side side)
{
	return flame->totals[side];
}

int64_t flame__total(const struct flame *flame)
{
	return (int64_t)llroundl(flame->totals[SIDE_BEFORE] + flame->totals[SIDE_AFTER]);
}

struct flame_stacks flame__stacks(const struct flame *flame)
{
	return (struct flame_stacks){
		.frames = flame->frames,
		.ids = (const uint32_t *)(const void *)flame->ids->data,
		.rows = (const struct flame_row *)(const void *)flame->rows->data,
		.count = flame->rows->len,
		.chances = flame->chances,
		.evidence = (const struct flame_evidence *)(const void *)flame->evidence->data,
		.cause_depth = flame->cause_depth,
	};
}

const char *flame__title(const struct flame *flame)
{
	return flame->title;
}

const char *const *flame__notes(const struct flame *flame)
{
	return (const char *const *)flame->notes->pdata;
}

int64_t flame__whole(const struct flame *flame)
{
	return MAX(flame->whole, flame__total(flame));
}

bool flame__is_reversed(const struct flame *flame)
{
	return flame->reversed;
}

bool flame__hangs(const struct flame *flame)
{
	return flame->hangs;
}

bool flame__is_time(const struct flame *flame)
{
	return flame->is_time;
}
