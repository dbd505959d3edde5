/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Members of JSON objects. Times are whole nanoseconds, shares are ratios of 1; text is made valid
 * UTF-8; what is not known is null.
 */
#ifndef WALLFLAME_RENDER_JSON_VALUES_H
#define WALLFLAME_RENDER_JSON_VALUES_H

#include "analyzer/analysis.h"

#include <json.h>

void json__text(struct json_object *object, const char *name, const char *text);
void json__integer(struct json_object *object, const char *name, int64_t value);
/* Negative: null. */
void json__known(struct json_object *object, const char *name, int64_t value);
void json__ns(struct json_object *object, const char *name, double ns);
void json__ratio(struct json_object *object, const char *name, double ratio);
void json__flag(struct json_object *object, const char *name, bool value);
/* `prefix`ns, `prefix`low, `prefix`high and `prefix`evidence. */
void json__figure(struct json_object *object, const char *prefix, const struct figure *figure);
/* {"ns": n, "low": n, "high": n, "basis": "sampled"}, every value null when not known. */
struct json_object *json__known_figure(const struct figure *figure, bool known);
/* {"running": ns, ...} */
struct json_object *json__states(const struct state_sums *sums);
struct json_object *json__state_counts(const struct state_sums *sums);

#endif
