/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a comparison says for people, as text and on a page. */
#ifndef WALLFLAME_RENDER_DIFF_WORDS_H
#define WALLFLAME_RENDER_DIFF_WORDS_H

#include "analyzer/comparison.h"
#include "render/units.h"

#include <stdbool.h>

/* "+1.234 ms", "-5 ns". */
struct unit_text diff_words__signed(double ns);
/* "-103.4 ms .. -94.80 ms", with `between` between the two; "not known". */
struct unit_text diff_words__interval(const struct change_row *row, const char *between);
/* "more, +12.3 %", "more, new", "no difference". */
struct unit_text diff_words__judgement(const struct change_row *row);
/* Whether it is said to be more or less. */
bool diff_words__is_finding(const struct change_row *row);
/* Whether it has no time on either side. */
bool diff_words__is_empty(const struct change_row *row);

/* The rest are for the caller to g_free. */

/* "thread time per call of openat (exact before, at least after)". */
char *diff_words__title(const struct comparison_unit *unit);
/* "counted: 1,234 before (exact), ..."; NULL where what is counted is time. */
char *diff_words__amount(const struct comparison_unit *unit);
/* "2 of 11 tested rows differ. Where nothing has changed, ...". */
char *diff_words__findings(const struct comparison *comparison);
/*
 * Calls or waits a second, "123.4 before, 567.8 after (some were not seen)", with other words
 * behind the numbers where they stand in a column; NULL where they are not known.
 */
char *diff_words__counts(const struct comparison *comparison, const struct change_row *row,
			 const char *const words[SIDES]);
/* "rwsem-write ext4_create", "openat". */
char *diff_words__name(const struct change_row *row, enum compared table);
/* Of stacks that are too small for rows, or NULL. */
char *diff_words__left_out(const struct change_table *stacks);
/* What a stack is about: a function, or what stands for it. Not to be freed. */
const char *diff_words__place(const struct change_row *stack);

#endif
