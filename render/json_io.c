// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/json_io.h"

#include "render/json_values.h"

struct json_object *json__io(const struct io_row *io)
{
	struct json_object *object;

	if (!io->known)
		return NULL;
	object = json_object_new_object();
	for (int count = 0; count < IO_COUNTS; count++)
		json__integer(object, io_count__name((enum store_io_count)count),
			      io->counts[count]);
	json__text(object, "evidence", basis__name(BASIS_EXACT));
	json__ratio(object, "bytes_per_read", io__bytes_per_read(io));
	json__ratio(object, "bytes_per_write", io__bytes_per_write(io));
	json__ratio(object, "cached_at_least", io__cached_at_least(io));
	json__text(object, "cached_evidence", basis__name(BASIS_ESTIMATED));
	return object;
}

void json__process_io(struct json_object *object, const struct process_row *row)
{
	struct json_object *rest = NULL;

	if (row->io_rest.known) {
		rest = json_object_new_object();
		for (int count = 0; count < IO_COUNTS; count++)
			json__integer(rest, io_count__name((enum store_io_count)count),
				      row->io_rest.counts[count]);
		json__text(rest, "evidence", basis__name(BASIS_ESTIMATED));
		json__integer(rest, "threads", (int64_t)row->io_unread);
		json__flag(rest, "children", row->child_faults > 0);
	}
	json_object_object_add(object, "io", json__io(&row->io));
	json_object_object_add(object, "io_rest", rest);
}
