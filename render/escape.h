/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Names come from strangers: symbol tables, comms, paths, capture files made elsewhere. Here they
 * are made harmless for the place they go to. In every one of these, bytes that are not UTF-8 and
 * characters that do not print (controls, those that turn the direction of writing, those
 * Unicode or XML forbids) become U+FFFD, the replacement character.
 */
#ifndef WALLFLAME_RENDER_ESCAPE_H
#define WALLFLAME_RENDER_ESCAPE_H

#include <glib.h>
#include <stddef.h>

/* Appends valid printable UTF-8. */
void escape__text(GString *out, const char *text);
/*
 * The same for XML text and attribute values. Of a text of more than `limit` characters only the
 * beginning and the end are kept, and between them how long it was: "… (10,240 characters) …".
 */
void escape__xml(GString *out, const char *text, size_t limit);
/* The same for a frame of folded stacks: ';' becomes ':'. Never empty. */
void escape__folded(GString *out, const char *text);
/*
 * The same for at most `columns` columns of a terminal, ending in "..." when cut; '?' stands for
 * what does not print. Returns the columns used.
 */
size_t escape__terminal(GString *out, const char *text, size_t columns);
/* Columns the whole text would take on a terminal. */
size_t escape__columns(const char *text);

/*
 * Appends what fits into `columns` of a picture's text, as XML: the beginning and the end with "…"
 * between them, for both tell names apart; under 8 columns only the beginning, under 3 nothing.
 * names.js does the same.
 */
void escape__xml_fit(GString *out, const char *text, size_t columns);

#endif
