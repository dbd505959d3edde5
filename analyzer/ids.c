// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/ids.h"

#include <errno.h>
#include <inttypes.h>

void ids__init(struct ids *ids)
{
	ids->rising = g_array_new(FALSE, FALSE, sizeof(store_id));
}

void ids__free(struct ids *ids)
{
	if (ids->rising)
		g_array_free(ids->rising, TRUE);
	ids->rising = NULL;
}

static store_id at(const struct ids *ids, guint index)
{
	return g_array_index(ids->rising, store_id, index);
}

int ids__add(struct ids *ids, store_id id, const char *table, char **error)
{
	guint count = ids->rising->len;

	if (id <= 0 || (count && at(ids, count - 1) >= id) || count >= NO_ID - 1) {
		*error = g_strdup_printf("damaged capture: %s has no place for id %" PRId64, table,
					 id);
		return -EUCLEAN;
	}
	g_array_append_val(ids->rising, id);
	return 0;
}

uint32_t ids__index(const struct ids *ids, store_id id)
{
	guint low = 0, high = ids->rising->len;

	/* Without gaps, as writers leave none, the place is known. */
	if (id >= 1 && id <= high && at(ids, id - 1) == id)
		return id - 1;
	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (at(ids, middle) < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ids->rising->len && at(ids, low) == id ? low : NO_ID;
}

int ids__damaged(char **error, const char *table, store_id id, const char *column, store_id value)
{
	*error = g_strdup_printf("damaged capture: %s %" PRId64 " refers to %s %" PRId64
				 ", which does not exist",
				 table, id, column, value);
	return -EUCLEAN;
}
