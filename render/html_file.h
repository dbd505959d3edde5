/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A page that is one file: its style and script are in it, and a content security policy lets
 * nothing run but that script, and lets nothing be fetched.
 */
#ifndef WALLFLAME_RENDER_HTML_FILE_H
#define WALLFLAME_RENDER_HTML_FILE_H

#include <stdio.h>

/* Texts that follow each other, NULL-terminated. */
struct html_file {
	const char *const *styles;
	const char *const *scripts;
};

/* All up to the content of the body. */
void html_file__begin(FILE *out, const struct html_file *file, const char *title);
/* The script, which may count on all that stands above it, and the end. */
void html_file__end(FILE *out, const struct html_file *file);

#endif
