// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads the folded stacks of other tools: stackcollapse-*.pl of FlameGraph, perf script report
 * stackcollapse, bcc's -f, inferno. All write "frames count", frames apart by ';' and full of
 * spaces, so that the count is what follows the last space.
 */
#include "render/flame.h"
#include "render/text_index.h"

#include <ctype.h>
#include <errno.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct folded_reader {
	struct flame *flame;
	struct text_index *texts; /* of frames -> their numbers in the flame */
	GArray *ids; /* uint32_t: the frames of this line */
	GArray *ends; /* size_t: where each of them ends in it */
	GString *before; /* the stack of the line before */
	size_t stacks; /* lines read */
	size_t two_counts; /* of them, with a second number before the count */
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

/* Forgets the frames that are not those of the line before; where the others end. */
static size_t keep_frames(struct folded_reader *reader, const char *stack, size_t length)
{
	size_t same = common_bytes(stack, reader->before->str, MIN(length, reader->before->len));
	guint kept = reader->ends->len;

	/* A frame is the same when what ends it is. */
	while (kept > 0) {
		size_t end = g_array_index(reader->ends, size_t, kept - 1);

		if (end < same || (end == same && (end == length || stack[end] == ';') &&
				   (end == reader->before->len || reader->before->str[end] == ';')))
			break;
		kept--;
	}
	g_array_set_size(reader->ends, kept);
	g_array_set_size(reader->ids, kept);
	return kept ? g_array_index(reader->ends, size_t, kept - 1) + 1 : 0;
}

static void split_frames(struct folded_reader *reader, const char *stack, size_t length)
{
	size_t begin = keep_frames(reader, stack, length);

	while (begin <= length) {
		const char *semicolon = memchr(stack + begin, ';', length - begin);
		size_t end = semicolon ? (size_t)(semicolon - stack) : length;
		uint32_t id = frame_of(reader, stack + begin, end - begin);

		g_array_append_val(reader->ids, id);
		g_array_append_val(reader->ends, end);
		begin = end + 1;
	}
	g_string_truncate(reader->before, 0);
	g_string_append_len(reader->before, stack, (gssize)length);
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

static const char *read_line(struct folded_reader *reader, char *line)
{
	long double count;
	const char *wrong;
	char *space;

	g_strchomp(line);
	if (!*line || strcmp(line, "#") == 0 || g_str_has_prefix(line, "# "))
		return NULL;
	space = strrchr(line, ' ');
	if (!space)
		space = strrchr(line, '\t');
	if (!space)
		return is_number(line) ? "there is no stack before the count"
				       : "there is no count at its end";
	wrong = parse_count(space + 1, &count);
	if (wrong)
		return wrong;
	*space = '\0';
	g_strchomp(line);
	if (!*line)
		return "there is no stack before the count";
	space = strrchr(line, ' ');
	reader->stacks++;
	reader->two_counts += space && is_number(space + 1);
	split_frames(reader, line, strlen(line));
	switch (flame__add_interned(reader->flame, &g_array_index(reader->ids, uint32_t, 0),
				    reader->ids->len, count, FLAME_BASIS_UNKNOWN)) {
	case 0:
		return NULL;
	case -E2BIG:
		return "there are more than 2 billion stacks or frames";
	default:
		return "the counts sum to more than fits 63 bits";
	}
}

static int read_all(struct folded_reader *reader, FILE *in, const char *name, char **error)
{
	char *line = NULL;
	size_t size = 0;
	size_t number = 0;
	const char *wrong = NULL;
	ssize_t length;
	int failure;

	errno = 0;
	while (!wrong && (length = getline(&line, &size, in)) >= 0) {
		number++;
		/* A name may hold any byte; the one that would end it is shown as unprintable. */
		for (char *nul = line; (nul = memchr(nul, '\0', (size_t)(line + length - nul)));)
			*nul = '\x01';
		wrong = read_line(reader, line);
	}
	failure = errno;
	free(line);
	if (wrong) {
		*error =
			g_strdup_printf("%s: line %zu: %s: not folded stacks", name, number, wrong);
		return -EINVAL;
	}
	if (ferror(in)) {
		failure = failure ? failure : EIO;
		*error = g_strdup_printf("%s: %s", name, g_strerror(failure));
		return -failure;
	}
	if (reader->stacks == 0) {
		*error = g_strdup_printf("%s: there are no stacks in it", name);
		return -EINVAL;
	}
	if (reader->two_counts == reader->stacks) {
		*error = g_strdup_printf("%s: line 1: every stack has two counts: differential "
					 "folded stacks are not read",
					 name);
		return -EINVAL;
	}
	return 0;
}

int flame__from_folded(struct flame **out, FILE *in, const char *name, char **error)
{
	struct folded_reader reader = {
		.flame = flame__new(),
		.texts = text_index__new(),
		.ids = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
		.ends = g_array_new(FALSE, FALSE, sizeof(size_t)),
		.before = g_string_new(NULL),
	};
	int err = read_all(&reader, in, name, error);

	text_index__free(reader.texts);
	g_array_free(reader.ids, TRUE);
	g_array_free(reader.ends, TRUE);
	g_string_free(reader.before, TRUE);
	if (err) {
		flame__free(reader.flame);
		return err;
	}
	*out = reader.flame;
	return 0;
}
