/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The data of a page, read as docs/report.md has it. */
#ifndef WALLFLAME_TESTS_RENDER_HTML_PAGE_H
#define WALLFLAME_TESTS_RENDER_HTML_PAGE_H

#include <glib.h>
#include <json.h>

/* For the caller to put. */
struct json_object *html_page__data(const char *page);
struct json_object *html_page__member(struct json_object *object, const char *name);
/* A list of numbers (guint64), for the caller to free. */
GArray *html_page__numbers(struct json_object *data, const char *name);
#define HTML_NUMBER_AT(array, i) g_array_index(array, guint64, i)

#endif
