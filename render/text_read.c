// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/text_read.h"

#include "render/perf_script.h"

#include <glib.h>

/* What the first line that says anything begins. */
static bool is_perf_script(struct stack_lines *lines)
{
	struct perf_header header;
	char *line = stack_lines__next(lines);
	char *copy;
	bool is;

	while (line && stack_lines__is_empty(line))
		line = stack_lines__next(lines);
	if (!line)
		return false;
	stack_lines__hold(lines);
	copy = g_strdup(line);
	is = perf_header__parse(copy, &header);
	g_free(copy);
	return is;
}

int flame__from_text(struct flame **out, FILE *in, const char *name, char **error)
{
	struct stack_lines lines = stack_lines__of(in, name);
	int err = is_perf_script(&lines) ? perf_script__read(out, &lines, error)
					 : folded__read(out, &lines, error);

	stack_lines__free(&lines);
	return err;
}

int flame__from_folded(struct flame **out, FILE *in, const char *name, char **error)
{
	struct stack_lines lines = stack_lines__of(in, name);
	int err = folded__read(out, &lines, error);

	stack_lines__free(&lines);
	return err;
}
