// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "output.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

struct flame_wish output__wish(const char *view)
{
	struct flame_wish wish = flame_wish__default();

	wish.view = flame_view__find(view);
	return wish;
}

char *output__flame(const struct flame *flame, const char *format)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || render__flame(out, flame, flame_format__find(format)) != 0)
		abort();
	(void)fclose(out);
	return text;
}

char *output__report(const struct analysis *analysis, const char *format)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out || render__report(out, analysis, report_format__find(format)) != 0)
		abort();
	(void)fclose(out);
	return text;
}

struct flame *output__read_folded(const char *text, size_t size, char **error)
{
	struct flame *flame = NULL;
	FILE *in = size ? fmemopen((void *)text, size, "r") : fopen("/dev/null", "r");

	if (!in)
		abort();
	if (flame__from_folded(&flame, in, "sample", error) != 0)
		flame = NULL;
	(void)fclose(in);
	return flame;
}

int64_t output__folded_sum(const char *folded)
{
	char **lines = g_strsplit(folded, "\n", -1);
	int64_t sum = 0;

	for (char **line = lines; *line && **line; line++)
		sum += g_ascii_strtoll(strrchr(*line, ' ') + 1, NULL, 10);
	g_strfreev(lines);
	return sum;
}
