// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/gzip.h"

#include <glib.h>
#include <zlib.h>

#define CHUNK 65536
#define GZIP_WINDOW (15 + 16) /* zlib.h, deflateInit2: 16 more for the header of gzip */
#define MEMORY_LEVEL 8 /* zlib's default */

/* All that the stream gives for what it was given. */
static void drain(FILE *out, z_stream *stream, int flush)
{
	static const size_t all = CHUNK;
	unsigned char *chunk = g_malloc(all);

	do {
		stream->next_out = chunk;
		stream->avail_out = CHUNK;
		(void)deflate(stream, flush); /* with room it fails on a broken state only */
		(void)fwrite(chunk, 1, all - stream->avail_out, out);
	} while (stream->avail_out == 0);
	g_free(chunk);
}

void gzip__write(FILE *out, const void *bytes, size_t size)
{
	z_stream stream = {.next_in = (unsigned char *)bytes};

	/* As glib does where memory is short, and nothing else can fail here. */
	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, MEMORY_LEVEL,
			 Z_DEFAULT_STRATEGY) != Z_OK)
		g_error("zlib cannot be used: %s", stream.msg ? stream.msg : "out of memory");
	while (size > G_MAXUINT32 / 2) {
		stream.avail_in = G_MAXUINT32 / 2;
		size -= stream.avail_in;
		drain(out, &stream, Z_NO_FLUSH);
	}
	stream.avail_in = (unsigned int)size;
	drain(out, &stream, Z_FINISH);
	(void)deflateEnd(&stream);
}
