// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads what `perf script` prints. A stack is rooted in its comm and counts as much as its period,
 * or one where none is told. Counts of different events are not of one unit: where there are
 * several, each has its own root.
 */
#include "render/perf_script.h"
#include "render/text_read.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct reader {
	struct flame *plain; /* what there is of one event */
	struct flame *by_event;
	GStringChunk *names;
	GArray *frames; /* struct flame_frame: event, comm, and from the leaf on the frames */
	GHashTable *events; /* their names */
	struct perf_header header;
	bool has_sample; /* one is being read */
	bool is_single; /* its frame was in its own line */
	size_t samples;
};

enum { FRAME_EVENT, FRAME_COMM, FRAME_FIRST };

static void push(struct reader *reader, const char *name, const char *module, enum flame_kind kind)
{
	struct flame_frame frame = {
		.name = g_string_chunk_insert_const(reader->names, *name ? name : "[unnamed]"),
		.module = module ? g_string_chunk_insert_const(reader->names, module) : NULL,
		.kind = kind,
	};

	g_array_append_val(reader->frames, frame);
}

/* A function without a name is known by its module, as in folded stacks: "[libc.so.6]". */
static void push_frame(struct reader *reader, const struct perf_frame *frame)
{
	char *name;

	if (frame->kind == FLAME_NOTE || strcmp(frame->symbol, "[unknown]") != 0) {
		push(reader, frame->symbol, frame->module, frame->kind);
		return;
	}
	name = frame->module[0] == '[' ? g_strdup(frame->module)
				       : g_path_get_basename(frame->module);
	if (name[0] != '[') {
		char *bare = name;

		name = g_strdup_printf("[%s]", bare);
		g_free(bare);
	}
	push(reader, name, frame->module, frame->kind);
	g_free(name);
}

static const char *end_sample(struct reader *reader)
{
	struct flame_frame *frames = (struct flame_frame *)(void *)reader->frames->data;
	int64_t value = reader->header.period < 0 ? 1 : reader->header.period;
	guint count = reader->frames->len;
	int err;

	if (!reader->has_sample)
		return NULL;
	reader->has_sample = false;
	reader->samples++;
	for (guint i = FRAME_FIRST, k = count; i + 1 < k; i++) {
		struct flame_frame frame = frames[i];

		frames[i] = frames[--k];
		frames[k] = frame;
	}
	err = flame__add(reader->by_event, frames, count, value, FLAME_BASIS_UNKNOWN);
	if (!err)
		err = flame__add(reader->plain, frames + FRAME_COMM, count - FRAME_COMM, value,
				 FLAME_BASIS_UNKNOWN);
	if (err == -E2BIG)
		return "there are more than 2 billion stacks or frames";
	return err ? "the periods sum to more than fits 63 bits" : NULL;
}

static void begin_sample(struct reader *reader)
{
	const struct perf_header *header = &reader->header;
	struct perf_frame frame;

	g_array_set_size(reader->frames, 0);
	push(reader, header->event, NULL, FLAME_GROUP);
	push(reader, header->comm, NULL, FLAME_GROUP);
	g_hash_table_add(reader->events,
			 (gpointer)g_array_index(reader->frames, struct flame_frame, 0).name);
	reader->has_sample = true;
	reader->is_single = perf_frame__parse(header->rest, &frame);
	if (reader->is_single)
		push_frame(reader, &frame);
}

static const char *read_header(struct reader *reader, char *line)
{
	const char *wrong = end_sample(reader);

	if (wrong)
		return wrong;
	if (!perf_header__parse(line, &reader->header))
		return "there is no \"comm pid time: event:\" in it";
	begin_sample(reader);
	return NULL;
}

static const char *read_line(struct reader *reader, char *line)
{
	bool may_be_frame = reader->has_sample && !reader->is_single;
	struct perf_frame frame;

	if (!*line)
		return end_sample(reader);
	if (stack_lines__is_empty(line))
		return NULL;
	if (!may_be_frame || !g_ascii_isspace(*line))
		return read_header(reader, line);
	if (!perf_frame__parse(line, &frame))
		return "there is no \"address symbol (module)\" in it";
	push_frame(reader, &frame);
	return NULL;
}

static struct flame *choose(struct reader *reader)
{
	bool is_one = g_hash_table_size(reader->events) <= 1;
	struct flame *chosen = is_one ? reader->plain : reader->by_event;
	GHashTableIter iter;
	gpointer event;
	char *note;

	flame__free(is_one ? reader->by_event : reader->plain);
	g_hash_table_iter_init(&iter, reader->events);
	if (is_one && g_hash_table_iter_next(&iter, &event, NULL)) {
		note = g_strdup_printf("perf script: periods of %s", (const char *)event);
		flame__add_note(chosen, note);
		g_free(note);
	} else {
		flame__add_note(chosen, "perf script: periods of several events, which are not of "
					"one unit: compare within an event only");
	}
	return chosen;
}

int perf_script__read(struct flame **out, struct stack_lines *lines, char **error)
{
	struct reader reader = {
		.plain = flame__new(),
		.by_event = flame__new(),
		.names = g_string_chunk_new(4096),
		.frames = g_array_new(FALSE, FALSE, sizeof(struct flame_frame)),
		.events = g_hash_table_new(g_str_hash, g_str_equal),
	};
	const char *wrong = NULL;
	char *line;
	int err;

	while (!wrong && (line = stack_lines__next(lines)))
		wrong = read_line(&reader, line);
	if (!wrong)
		wrong = end_sample(&reader);
	err = stack_lines__end(lines, wrong, "what perf script prints", reader.samples, error);
	if (err) {
		flame__free(reader.plain);
		flame__free(reader.by_event);
	} else {
		*out = choose(&reader);
	}
	g_hash_table_destroy(reader.events);
	g_array_free(reader.frames, TRUE);
	g_string_chunk_free(reader.names);
	return err;
}
