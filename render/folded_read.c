// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads the folded stacks of other tools: stackcollapse-*.pl of FlameGraph, perf script report
 * stackcollapse, bcc's -f, inferno. All write "frames count", frames apart by ';' and full of
 * spaces, so that the count is what follows the last space.
 */
#include "render/text_index.h"
#include "render/text_read.h"

#include <ctype.h>
#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct folded_reader {
	struct flame *flame;
	struct text_index *texts; /* of frames -> their numbers in the flame */
	/* Of this line: its frames, and where each of them ends in it. */
	uint32_t *ids;
	size_t *ends;
	size_t count;
	size_t room;
	GString *before; /* the stack of the line before */
	size_t stacks; /* lines read */
	size_t two_counts; /* of the first of them, with a second number before the count */
};

/* The endings of FlameGraph's stackcollapse-perf.pl --all. */
static const struct {
	char letter;
	enum flame_kind kind;
} endings[] = {
	{'k', FLAME_KERNEL},
	{'i', FLAME_INLINED},
	{'j', FLAME_JIT},
};

/* What tools put in place of a frame: perf, wallflame, and bcc's delimiters. */
static const char *const remarks[] = {"[unknown]",   "[unnamed]", "[truncated]",
				      "[preempted]", "-",	  "--"};

static enum flame_kind kind_of(char *name)
{
	size_t length = strlen(name);

	if (length > 4 && memcmp(name + length - 4, "_[", 2) == 0 && name[length - 1] == ']') {
		for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
			if (name[length - 2] != endings[i].letter)
				continue;
			name[length - 4] = '\0';
			return endings[i].kind;
		}
	}
	for (size_t i = 0; i < G_N_ELEMENTS(remarks); i++) {
		if (strcmp(name, remarks[i]) == 0)
			return FLAME_NOTE;
	}
	/* "[Missed User Stack]"; a module in brackets, "[libc.so.6]", is code. */
	if (length > 2 && name[0] == '[' && name[length - 1] == ']' && strchr(name, ' '))
		return FLAME_NOTE;
	return FLAME_USER;
}

static uint32_t frame_of(struct folded_reader *reader, const char *text, size_t length)
{
	uint32_t *number;

	if (!text_index__find(reader->texts, text, length, &number)) {
		char *name = g_strndup(text, length);
		struct flame_frame frame = {.name = name, .kind = kind_of(name)};

		if (!*name) {
			frame.name = "[unnamed]";
			frame.kind = FLAME_NOTE;
		}
		*number = flame__intern(reader->flame, &frame);
		g_free(name);
	}
	return *number;
}

/* How many bytes two texts have in common from their beginning: eight at a time. */
static size_t common_bytes(const char *a, const char *b, size_t length)
{
	size_t same = 0;

	for (; same + sizeof(uint64_t) <= length; same += sizeof(uint64_t)) {
		uint64_t left, right;

		memcpy(&left, a + same, sizeof(left));
		memcpy(&right, b + same, sizeof(right));
		if (left != right)
			break;
	}
	while (same < length && a[same] == b[same])
		same++;
	return same;
}

/* Forgets the frames that are not those of the line before, and that line; where the others end. */
static size_t keep_frames(struct folded_reader *reader, const char *stack, size_t length)
{
	size_t same = common_bytes(stack, reader->before->str, MIN(length, reader->before->len));
	size_t kept = reader->count;

	/* A frame is the same when what ends it is. */
	while (kept > 0) {
		size_t end = reader->ends[kept - 1];

		if (end < same || (end == same && (end == length || stack[end] == ';') &&
				   (end == reader->before->len || reader->before->str[end] == ';')))
			break;
		kept--;
	}
	reader->count = kept;
	g_string_truncate(reader->before, same);
	g_string_append_len(reader->before, stack + same, (gssize)(length - same));
	return kept ? reader->ends[kept - 1] + 1 : 0;
}

static void push_frame(struct folded_reader *reader, uint32_t id, size_t end)
{
	if (reader->count == reader->room) {
		reader->room = MAX(64, 2 * reader->room);
		reader->ids = g_renew(uint32_t, reader->ids, reader->room);
		reader->ends = g_renew(size_t, reader->ends, reader->room);
	}
	reader->ids[reader->count] = id;
	reader->ends[reader->count++] = end;
}

static void split_frames(struct folded_reader *reader, const char *stack, size_t length)
{
	size_t begin = keep_frames(reader, stack, length);

	while (begin <= length) {
		const char *semicolon = memchr(stack + begin, ';', length - begin);
		size_t end = semicolon ? (size_t)(semicolon - stack) : length;

		push_frame(reader, frame_of(reader, stack + begin, end - begin), end);
		begin = end + 1;
	}
}

static bool is_number(const char *text)
{
	size_t whole = strspn(text, "0123456789");
	const char *rest = text + whole;

	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	return whole > 0 && *rest == '\0';
}

/* The count, exact as far as a long double goes; NULL or why it is none. */
static const char *parse_count(const char *text, long double *count)
{
	if (text[0] == '-' && is_number(text + 1))
		return "the count is negative";
	if (!is_number(text))
		return "there is no count at its end";
	/* g_ascii_strtod knows no long double; whole numbers are read apart, to be exact. */
	errno = 0;
	*count = strtoull(text, NULL, 10);
	if (errno == ERANGE || *count >= 0x1p63L)
		return "the count is too large";
	if (strchr(text, '.'))
		*count += (long double)g_ascii_strtod(strchr(text, '.'), NULL);
	return NULL;
}

/* Whether what comes before the count is one as well. */
static bool has_two_counts(const char *line, size_t length)
{
	const char *space = memrchr(line, ' ', length);

	return space && is_number(space + 1);
}

static const char *read_line(struct folded_reader *reader, char *line, size_t length)
{
	long double count;
	const char *wrong;
	char *space;

	if (stack_lines__is_empty(line))
		return NULL;
	space = memrchr(line, ' ', length);
	if (!space)
		space = memrchr(line, '\t', length);
	if (!space)
		return is_number(line) ? "there is no stack before the count"
				       : "there is no count at its end";
	wrong = parse_count(space + 1, &count);
	if (wrong)
		return wrong;
	while (space > line && g_ascii_isspace(space[-1]))
		space--;
	*space = '\0';
	length = (size_t)(space - line);
	if (length == 0)
		return "there is no stack before the count";
	/* Only where all of them have two does it matter. */
	if (reader->two_counts == reader->stacks)
		reader->two_counts += has_two_counts(line, length);
	reader->stacks++;
	split_frames(reader, line, length);
	switch (flame__add_interned(reader->flame, reader->ids, reader->count, count,
				    FLAME_BASIS_UNKNOWN, NULL)) {
	case 0:
		return NULL;
	case -E2BIG:
		return "there are more than 2 billion stacks or frames";
	default:
		return "the counts sum to more than fits 63 bits";
	}
}

static int read_all(struct folded_reader *reader, struct stack_lines *lines, char **error)
{
	const char *wrong = NULL;
	char *line;
	int err;

	while (!wrong && (line = stack_lines__next(lines)))
		wrong = read_line(reader, line, lines->length);
	err = stack_lines__end(lines, wrong, "folded stacks", reader->stacks, error);
	if (!err && reader->two_counts == reader->stacks) {
		*error = g_strdup_printf("%s: line 1: every stack has two counts: differential "
					 "folded stacks are not read",
					 lines->name);
		err = -EINVAL;
	}
	return err;
}

int folded__read(struct flame **out, struct stack_lines *lines, char **error)
{
	struct folded_reader reader = {
		.flame = flame__new(),
		.texts = text_index__new(),
		.before = g_string_new(NULL),
	};
	int err = read_all(&reader, lines, error);

	text_index__free(reader.texts);
	g_free(reader.ids);
	g_free(reader.ends);
	g_string_free(reader.before, TRUE);
	if (err) {
		flame__free(reader.flame);
		return err;
	}
	*out = reader.flame;
	return 0;
}
