/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Names of numbers, beside those of analysis.h. */
#ifndef WALLFLAME_ANALYZER_NAMES_H
#define WALLFLAME_ANALYZER_NAMES_H

#include "store/model.h"

/* "mutex", "rwsem-write": the names of table `lock_kind`. */
const char *lock__name(enum store_lock lock);

#endif
