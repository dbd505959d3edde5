/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The lists of the JSON report; the caller owns each. */
#ifndef WALLFLAME_RENDER_JSON_TABLES_H
#define WALLFLAME_RENDER_JSON_TABLES_H

#include "analyzer/analysis.h"

#include <json.h>

/* json.c: what was captured, and how. */
struct json_object *json_table__capture(const struct analysis *analysis);
struct json_object *json_table__headlines(const struct analysis *analysis);
struct json_object *json_table__causes(const struct analysis *analysis);
struct json_object *json_table__functions(const struct analysis *analysis);
struct json_object *json_table__locks(const struct analysis *analysis);
struct json_object *json_table__syscalls(const struct analysis *analysis);
/* json_calls.c */
struct json_object *json_table__calls(const struct analysis *analysis);
struct json_object *json_table__spans(const struct analysis *analysis);
struct json_object *json_table__slices(const struct analysis *analysis);
struct json_object *json_table__processes(const struct analysis *analysis);
struct json_object *json_table__threads(const struct analysis *analysis);
struct json_object *json_table__oracles(const struct analysis *analysis);
struct json_object *json_table__user_stacks(const struct analysis *analysis);
struct json_object *json_table__thread_losses(const struct analysis *analysis);
struct json_object *json_table__losses(const struct analysis *analysis);
struct json_object *json_table__costs(const struct analysis *analysis);
struct json_object *json_table__paces(const struct analysis *analysis);

#endif
