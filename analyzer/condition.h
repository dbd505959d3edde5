/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A question about a capture that is answered with yes or no: whether something took longer, or had
 * a larger share, than it should. docs/flight-recorder.md has the precise meaning of each.
 *
 *     runqueue>20ms     a thread waited for a CPU so long, at once
 *     cause:lock>30%    a cause, or a group, had that share of a slice's thread time
 *     cause:lock>1.5s   or that much thread time in a slice
 *     openat>100ms      a timed call of a probe point took so long
 */
#ifndef WALLFLAME_ANALYZER_CONDITION_H
#define WALLFLAME_ANALYZER_CONDITION_H

#include "analyzer/analysis.h"

struct condition;

/* 0, or -EINVAL with *error malloc'ed: what is wrong with the text, and what there is. */
int condition__parse(struct condition **out, const char *text, char **error);
void condition__free(struct condition *condition); /* NULL is allowed */
/* As it was given. */
const char *condition__text(const struct condition *condition);
/* For a file's name: "lock-futex", "runqueue", "openat". */
const char *condition__word(const struct condition *condition);
/* Whether it held; then *finding gets a malloc'ed phrase that says where, and how much it was. */
bool condition__holds(const struct condition *condition, const struct analysis *analysis,
		      char **finding);

#endif
