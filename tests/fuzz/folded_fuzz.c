// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Folded stacks from anywhere: read, drawn, written, and read again. */
#include "render/flame.h"
#include "render/render.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static struct flame *read_folded(const void *bytes, size_t size)
{
	struct flame *flame = NULL;
	char *error = NULL;
	FILE *in = fmemopen((void *)bytes, size, "r");

	if (!in)
		return NULL;
	if (flame__from_folded(&flame, in, "fuzzed", &error) && !error)
		abort();
	free(error);
	fclose(in);
	return flame;
}

/* What is written; the caller frees it. */
static char *render(const struct flame *flame, const char *format, size_t *size)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, size);

	if (!out || render__flame(out, flame, flame_format__find(format)))
		abort();
	fclose(out);
	return bytes;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct flame *flame = read_folded(bytes, size), *again;
	size_t written_size;
	char *written;

	if (!flame)
		return 0;
	free(render(flame, "svg", &written_size));
	written = render(flame, "folded", &written_size);
	again = read_folded(written, written_size);
	if (again && flame__total(again) != flame__total(flame))
		abort();
	flame__free(again);
	free(written);
	flame__shorten_names(flame);
	free(render(flame, "folded", &written_size));
	flame__free(flame);
	return 0;
}
