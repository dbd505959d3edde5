/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Row ids, in the rising order in which the reader gives them, to indices of arrays. */
#ifndef WALLFLAME_ANALYZER_IDS_H
#define WALLFLAME_ANALYZER_IDS_H

#include <glib.h>
#include <stdint.h>

#include "store/model.h"

#define NO_ID UINT32_MAX

struct ids {
	GArray *rising; /* store_id */
};

void ids__init(struct ids *ids);
void ids__free(struct ids *ids);
/* -EUCLEAN with *error set when the id does not rise. */
int ids__add(struct ids *ids, store_id id, const char *table, char **error);
uint32_t ids__index(const struct ids *ids, store_id id);
/* Says in *error that a row refers to one that is not there, and returns -EUCLEAN. */
int ids__damaged(char **error, const char *table, store_id id, const char *column, store_id value);

#endif
