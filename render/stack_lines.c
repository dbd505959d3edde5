// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/stack_lines.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SIZE (1 << 18) /* bytes; read at once */

struct stack_lines stack_lines__of(FILE *in, const char *name)
{
	return (struct stack_lines){.in = in, .name = name};
}

void stack_lines__free(struct stack_lines *lines)
{
	free(lines->bytes);
}

/* Room behind what is there, of which the lines that were given are forgotten. */
static bool make_room(struct stack_lines *lines)
{
	char *bytes = lines->bytes;
	size_t size = lines->size ? lines->size : FIRST_SIZE;

	lines->end -= lines->begin;
	if (lines->end > 0)
		memmove(bytes, bytes + lines->begin, lines->end);
	lines->begin = 0;
	if (2 * lines->end > size)
		size *= 2; /* a line may be of any length */
	if (size == lines->size)
		return true;
	bytes = realloc(bytes, size + 1);
	if (!bytes)
		return false;
	lines->bytes = bytes;
	lines->size = size;
	return true;
}

/* Reads on behind what is there. */
static void read_more(struct stack_lines *lines)
{
	char *at, *end;

	if (!make_room(lines)) {
		lines->failure = ENOMEM;
		return;
	}
	errno = 0;
	at = lines->bytes + lines->end;
	end = at + fread(at, 1, lines->size - lines->end, lines->in);
	lines->end = (size_t)(end - lines->bytes);
	if (ferror(lines->in))
		lines->failure = errno ? errno : EIO;
	lines->ended = feof(lines->in);
	while ((at = memchr(at, '\0', (size_t)(end - at))))
		*at = '\x01';
}

/* The end of the next line, once all of it is there; NULL when there is none. */
static char *line_end(struct stack_lines *lines)
{
	size_t searched = 0;

	while (!lines->failure) {
		size_t length = lines->end - lines->begin;
		char *newline = NULL;

		if (length > searched)
			newline = memchr(lines->bytes + lines->begin + searched, '\n',
					 length - searched);
		if (newline)
			return newline;
		if (lines->ended)
			return length > 0 ? lines->bytes + lines->end : NULL;
		searched = length;
		read_more(lines);
	}
	return NULL;
}

char *stack_lines__next(struct stack_lines *lines)
{
	char *end;

	if (lines->failure)
		return NULL;
	if (lines->held) {
		lines->held = false;
		return lines->line;
	}
	end = line_end(lines);
	if (!end)
		return NULL;
	lines->line = lines->bytes + lines->begin;
	lines->begin = MIN((size_t)(end - lines->bytes) + 1, lines->end);
	while (end > lines->line && g_ascii_isspace(end[-1]))
		end--;
	*end = '\0';
	lines->length = (size_t)(end - lines->line);
	lines->number++;
	return lines->line;
}

void stack_lines__hold(struct stack_lines *lines)
{
	lines->held = true;
}

bool stack_lines__is_empty(const char *line)
{
	return !*line || strcmp(line, "#") == 0 || g_str_has_prefix(line, "# ");
}

int stack_lines__end(const struct stack_lines *lines, const char *wrong, const char *stacks,
		     size_t count, char **error)
{
	if (wrong) {
		*error = g_strdup_printf("%s: line %zu: %s: not %s", lines->name, lines->number,
					 wrong, stacks);
		return -EINVAL;
	}
	if (lines->failure) {
		*error = g_strdup_printf("%s: %s", lines->name, g_strerror(lines->failure));
		return -lines->failure;
	}
	if (count == 0) {
		*error = g_strdup_printf("%s: there are no stacks in it", lines->name);
		return -EINVAL;
	}
	return 0;
}
