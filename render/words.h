/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What reports for people say of the things an analysis knows by number. */
#ifndef WALLFLAME_RENDER_WORDS_H
#define WALLFLAME_RENDER_WORDS_H

#include "analyzer/analysis.h"

#include <stddef.h>

/* "on a CPU". */
const char *words__state(enum store_state state);
/* "as last walked from the same registers". */
const char *words__user_half(enum user_half half);
/* "", "born", "ended" or "born, ended": in the window. */
const char *words__life(const struct thread_row *row);
/* When the capture began: "2026-01-31 12:00:00 UTC". `text` keeps it. */
const char *words__started(const struct store_capture *capture, char *text, size_t size);

#endif
