/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Where and how a capture was made. */
#ifndef WALLFLAME_RENDER_HTML_FACTS_H
#define WALLFLAME_RENDER_HTML_FACTS_H

#include "analyzer/analysis.h"

#define HTML_FACTS 12
/* "host", "kernel" ... */
extern const char *const html_facts__names[HTML_FACTS];
/* One of them, "not known" where it is not; for the caller to g_free. */
char *html_facts__value(const struct analysis *analysis, size_t fact);

#endif
