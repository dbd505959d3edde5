/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What is above the frames of a picture that is a file of its own. flame.js knows the ids in it. */
#ifndef WALLFLAME_RENDER_SVG_HEADER_H
#define WALLFLAME_RENDER_SVG_HEADER_H

#include <glib.h>
#include <stdio.h>

struct svg_header {
	const char *heading; /* any bytes */
	GPtrArray *lines; /* of svg_header__wrap, below the heading */
	/* Swatches with their upper edge at y: between them and the controls, and to the right of
	 * the controls. NULL: there are none. */
	void (*write_key)(FILE *out, int y, const void *ctx);
	void (*write_legend)(FILE *out, int y, const void *ctx);
	const void *ctx;
	const char *buttons; /* XHTML beside those of every picture */
};

/* Adds a note (any bytes) broken at its spaces into lines, as XML, that fit the narrowest picture.
 */
void svg_header__wrap(GPtrArray *lines, const char *note);
/* Pixels. */
int svg_header__height(const struct svg_header *header);
void svg_header__write(FILE *out, const struct svg_header *header);

#endif
