/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_RENDER_JSON_IO_H
#define WALLFLAME_RENDER_JSON_IO_H

#include "analyzer/analysis.h"

#include <json.h>

/*
 * {"read_calls": n, ..., "bytes_per_read": ratio, "bytes_per_write": ratio, "cached_at_least":
 * ratio}, or NULL when nothing is known. The caller owns it.
 */
struct json_object *json__io(const struct io_row *io);
/* Adds "io" of a process, and of what none of its threads has: "io_rest". */
void json__process_io(struct json_object *object, const struct process_row *row);

#endif
