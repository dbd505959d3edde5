// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/stack_lines.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct stack_lines stack_lines__of(FILE *in, const char *name)
{
	return (struct stack_lines){.in = in, .name = name};
}

void stack_lines__free(struct stack_lines *lines)
{
	free(lines->line);
}

char *stack_lines__next(struct stack_lines *lines)
{
	ssize_t length;

	if (lines->failure)
		return NULL;
	if (lines->held) {
		lines->held = false;
		return lines->line;
	}
	errno = 0;
	length = getline(&lines->line, &lines->size, lines->in);
	if (length < 0) {
		/* Out of memory it fails without a mark of the stream. */
		if (ferror(lines->in) || !feof(lines->in))
			lines->failure = errno ? errno : EIO;
		return NULL;
	}
	lines->number++;
	for (char *nul = lines->line;
	     (nul = memchr(nul, '\0', (size_t)(lines->line + length - nul)));)
		*nul = '\x01';
	return g_strchomp(lines->line);
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
