/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_HTML_DATA_H
#define WALLFLAME_RENDER_HTML_DATA_H

#include "analyzer/analysis.h"

#include <stdio.h>

/*
 * What report.js draws from, as JSON in an element that no browser runs: the call tree, and the
 * time of every stack by thread and slice. docs/report.md has its members. Its size is bounded
 * whatever the capture; what was merged for it is told in its "notes".
 */
void html_data__write(FILE *out, const struct analysis *analysis);

#endif
