// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What perf script prints, from anywhere: read, written in every format that a call tree has. */
#include "render/render.h"
#include "render/text_read.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct flame *read_perf_script(const void *bytes, size_t size)
{
	struct flame *flame = NULL;
	char *error = NULL;
	FILE *in = fmemopen((void *)bytes, size, "r");
	struct stack_lines lines;

	if (!in)
		return NULL;
	lines = stack_lines__of(in, "fuzzed");
	if (perf_script__read(&flame, &lines, &error) && !error)
		abort();
	free(error);
	stack_lines__free(&lines);
	fclose(in);
	return flame;
}

static void render(const struct flame *flame, const struct flame_format *format)
{
	char *bytes = NULL;
	size_t size;
	FILE *out = open_memstream(&bytes, &size);

	if (!out || render__flame(out, flame, format))
		abort();
	fclose(out);
	free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct flame *flame = read_perf_script(bytes, size);
	size_t count;
	const struct flame_format *formats = flame_format__all(&count);

	if (!flame)
		return 0;
	for (size_t i = 0; i < count; i++)
		if (formats[i].write)
			render(flame, &formats[i]);
	flame__free(flame);
	return 0;
}
