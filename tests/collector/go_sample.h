/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Go's table of functions in each of its formats, as small as it can be. */
#ifndef WALLFLAME_TESTS_COLLECTOR_GO_SAMPLE_H
#define WALLFLAME_TESTS_COLLECTOR_GO_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#define GO_SAMPLE_SIZE 0x500
#define GO_SAMPLE_TEXT 0x401000
#define GO_SAMPLE_FORMATS 4

struct go_sample_format {
	uint32_t magic;
	size_t entry_size;
	size_t text_at; /* 0: addresses are whole */
	size_t parts_at; /* 0: offsets count from the table's own beginning */
	size_t kind_at; /* in a record */
};
extern const struct go_sample_format go_sample__formats[GO_SAMPLE_FORMATS];

/*
 * Two functions of 0x200 bytes with the same frames and lines: "main.first", then "runtime.goexit".
 * GO_SAMPLE_SIZE bytes are written.
 */
void go_sample__make(unsigned char *bytes, const struct go_sample_format *format);

#endif
