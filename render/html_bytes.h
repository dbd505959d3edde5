/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Long lists of small numbers in a page: seven bits a byte, the lowest first, as base64. */
#ifndef WALLFLAME_RENDER_HTML_BYTES_H
#define WALLFLAME_RENDER_HTML_BYTES_H

#include <glib.h>
#include <json.h>
#include <stdint.h>

void html_bytes__add(GByteArray *bytes, uint64_t value);
/* A string for the caller. */
struct json_object *html_bytes__json(const GByteArray *bytes);

/* A string of harmless characters, of a long text only the beginning and the end. */
struct json_object *html_bytes__name(const char *text);
/* The same for a thread or a process, of which there are many. */
struct json_object *html_bytes__comm(const char *text);
/* Bytes that html_bytes__name takes in the page, at most. */
size_t html_bytes__cost(const char *text);

#endif
