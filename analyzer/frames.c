// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/frames.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/ids.h"
#include "analyzer/vocabulary.h"

struct module {
	const char *path;
	const char *build_id;
	enum store_module_kind kind;
};

struct frames {
	GArray *modules; /* struct module */
	GArray *spans; /* struct frame_span, a frame each */
	GArray *rows; /* struct frame_row */
	GArray *sets; /* uint64_t, a row each */
	struct ids module_ids, ids;
};

/* A row of frame_line or frame_inline. */
struct detail {
	store_id frame;
	const char *symbol; /* NULL: of frame_line */
	const char *file;
	uint32_t line;
};

struct loader {
	struct frames *frames;
	struct vocabulary *vocabulary;
	GStringChunk *strings;
	/* Both by frame, as the frames themselves come. */
	GArray *lines, *inlined; /* struct detail */
	guint next_line, next_inlined;
	char **error;
};

static const char *keep(struct loader *loader, const char *text)
{
	return text ? g_string_chunk_insert_const(loader->strings, text) : NULL;
}

static int on_module(void *ctx, store_id id, const struct store_module *row)
{
	struct loader *loader = ctx;
	struct module module = {keep(loader, row->path), keep(loader, row->build_id), row->kind};

	g_array_append_val(loader->frames->modules, module);
	return ids__add(&loader->frames->module_ids, id, "module", loader->error);
}

static int on_line(void *ctx, const struct store_frame_line *row)
{
	struct loader *loader = ctx;
	struct detail line = {row->frame, NULL, keep(loader, row->file), (uint32_t)row->line};

	g_array_append_val(loader->lines, line);
	return 0;
}

static int on_inlined(void *ctx, const struct store_frame_inline *row)
{
	struct loader *loader = ctx;
	struct detail inlined = {row->frame, keep(loader, row->symbol), keep(loader, row->file),
				 (uint32_t)row->line};

	g_array_append_val(loader->inlined, inlined);
	return 0;
}

/* The next of the list when it is of this frame. */
static const struct detail *take(const GArray *list, guint *next, store_id frame)
{
	if (*next >= list->len || g_array_index(list, struct detail, *next).frame != frame)
		return NULL;
	return &g_array_index(list, struct detail, (*next)++);
}

static const char *place(struct loader *loader, const struct module *module, uint64_t offset)
{
	const char *slash = module ? strrchr(module->path, '/') : NULL;
	char *text =
		module ? g_strdup_printf("%s+0x%" PRIx64, slash ? slash + 1 : module->path, offset)
		       : g_strdup_printf("0x%" PRIx64, offset);
	const char *kept = keep(loader, text);

	g_free(text);
	return kept;
}

/* `symbol` NULL or empty: only the place is known. */
static void add_row(struct loader *loader, const struct frame_row *row, const char *symbol)
{
	bool kernel = row->kind == FRAME_KERNEL;
	uint64_t sets = 0;

	if (row->kind != FRAME_NOTE) {
		sets = kernel ? IN(K_ANY) : IN(U_ANY);
		if (symbol && *symbol)
			sets |= vocabulary__sets(loader->vocabulary, symbol, kernel);
	}
	g_array_append_vals(loader->frames->rows, row, 1);
	g_array_append_val(loader->frames->sets, sets);
}

static void add_inlined(struct loader *loader, const struct frame_row *outer, store_id frame)
{
	const struct detail *inlined;

	while ((inlined = take(loader->inlined, &loader->next_inlined, frame))) {
		struct frame_row row = {
			.name = *inlined->symbol ? inlined->symbol : outer->name,
			.module = outer->module,
			.build_id = outer->build_id,
			.offset = outer->offset,
			.file = inlined->file,
			.line = inlined->line,
			.kind = outer->kind,
			.inlined = true,
		};

		add_row(loader, &row, inlined->symbol);
	}
}

static int on_frame(void *ctx, store_id id, const struct store_frame *row)
{
	struct loader *loader = ctx;
	struct frames *frames = loader->frames;
	uint32_t at = row->module ? ids__index(&frames->module_ids, row->module) : NO_ID;
	const struct module *module =
		at == NO_ID ? NULL : &g_array_index(frames->modules, struct module, at);
	const struct detail *line = take(loader->lines, &loader->next_line, id);
	struct frame_row own = {.kind = row->kind, .offset = row->offset};
	struct frame_span span = {
		.first = frames->rows->len,
		.is_name_only = row->kind == FRAME_KERNEL && !row->offset,
	};

	if (row->module && !module)
		return ids__damaged(loader->error, "frame", id, "module", row->module);
	own.name = row->symbol && *row->symbol ? keep(loader, row->symbol)
					       : place(loader, module, row->offset);
	if (module) {
		own.module = module->path;
		own.build_id = module->build_id;
	} else if (row->kind == FRAME_KERNEL) {
		own.module = "[kernel]";
	}
	if (line) {
		own.file = line->file;
		own.line = line->line;
	}
	add_row(loader, &own, row->symbol);
	add_inlined(loader, &own, id);
	span.count = frames->rows->len - span.first;
	g_array_append_val(frames->spans, span);
	return ids__add(&frames->ids, id, "frame", loader->error);
}

static int load(struct loader *loader, struct store_reader *reader)
{
	int status;

	if ((status = store_reader__each_module(reader, on_module, loader)) ||
	    (status = store_reader__each_frame_line(reader, on_line, loader)) ||
	    (status = store_reader__each_frame_inline(reader, on_inlined, loader)) ||
	    (status = store_reader__each_frame(reader, on_frame, loader)))
		return status;
	if (loader->next_line == loader->lines->len && loader->next_inlined == loader->inlined->len)
		return 0;
	*loader->error = g_strdup("damaged capture: a line or an inlined call has no frame");
	return -EUCLEAN;
}

struct frames *frames__load(struct store_reader *reader, GStringChunk *strings, int *status,
			    char **error)
{
	struct frames *frames = g_new0(struct frames, 1);
	struct loader loader = {
		.frames = frames,
		.vocabulary = vocabulary__new(),
		.strings = strings,
		.lines = g_array_new(FALSE, FALSE, sizeof(struct detail)),
		.inlined = g_array_new(FALSE, FALSE, sizeof(struct detail)),
		.error = error,
	};

	frames->modules = g_array_new(FALSE, FALSE, sizeof(struct module));
	frames->spans = g_array_new(FALSE, FALSE, sizeof(struct frame_span));
	frames->rows = g_array_new(FALSE, FALSE, sizeof(struct frame_row));
	frames->sets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	ids__init(&frames->module_ids);
	ids__init(&frames->ids);
	*status = load(&loader, reader);
	g_array_free(loader.lines, TRUE);
	g_array_free(loader.inlined, TRUE);
	vocabulary__free(loader.vocabulary);
	if (!*status)
		return frames;
	frames__free(frames);
	return NULL;
}

void frames__free(struct frames *frames)
{
	if (!frames)
		return;
	g_array_free(frames->modules, TRUE);
	g_array_free(frames->spans, TRUE);
	g_array_free(frames->rows, TRUE);
	g_array_free(frames->sets, TRUE);
	ids__free(&frames->module_ids);
	ids__free(&frames->ids);
	g_free(frames);
}

uint32_t frames__index(const struct frames *frames, store_id id)
{
	return ids__index(&frames->ids, id);
}

struct frame_span frames__span(const struct frames *frames, uint32_t frame)
{
	return g_array_index(frames->spans, struct frame_span, frame);
}

const struct frame_row *frames__row(const struct frames *frames, uint32_t row)
{
	return &g_array_index(frames->rows, struct frame_row, row);
}

uint64_t frames__sets(const struct frames *frames, uint32_t row)
{
	return g_array_index(frames->sets, uint64_t, row);
}
