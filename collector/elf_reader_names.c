// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Names come as a stream of packets. */
#include "collector/elf_reader_private.h"

#include <errno.h>

/* One request for names, and how far its answer has been visited. */
struct batch {
	struct elf_file *file;
	size_t first; /* index of its first offset */
	size_t count;
	size_t next; /* to be visited, in the batch */
	elf_names_fn visit;
	void *ctx;
	int stopped; /* what `visit` returned */
};

static void visit(struct batch *batch, size_t count)
{
	const struct elf_reader *reader = batch->file->reader;

	/* The rest of the answer is taken from the socket all the same. */
	if (!batch->stopped)
		batch->stopped = batch->visit(batch->ctx, batch->first + batch->next,
					      (void *)reader->names->data, count);
	batch->next++;
}

static void visit_nameless(struct batch *batch, size_t until)
{
	while (batch->next < until)
		visit(batch, 0);
}

/* Returns whether the name follows on those before. */
static bool take_name(struct batch *batch, const struct elf_wire_name *head, struct elf_name *name)
{
	struct elf_reader *reader = batch->file->reader;

	if (head->index >= batch->count || head->index < batch->next ||
	    head->level != reader->names->len || head->count > ELF_WIRE_CHAIN ||
	    head->level >= head->count || (head->level && head->index != batch->next))
		return false;
	visit_nameless(batch, head->index);
	name->symbol = g_string_chunk_insert(reader->strings, name->symbol);
	if (name->file)
		name->file = g_string_chunk_insert(reader->strings, name->file);
	g_array_append_val(reader->names, *name);
	if (reader->names->len < head->count)
		return true;
	visit(batch, reader->names->len);
	g_array_set_size(reader->names, 0);
	g_string_chunk_clear(reader->strings);
	return true;
}

static int take_packet(struct batch *batch)
{
	struct elf_reader *reader = batch->file->reader;
	size_t at = sizeof(struct elf_wire_reply);

	while (at < reader->packet.size) {
		struct elf_wire_name head;
		struct elf_name name;

		if (!elf_wire__take_name(&reader->packet, &at, &head, &name, reader->room) ||
		    !take_name(batch, &head, &name))
			return elf_file__refuse(batch->file, -EPROTO);
	}
	return 0;
}

static int take_answer(struct batch *batch)
{
	struct elf_reader *reader = batch->file->reader;
	const struct elf_wire_reply *head;
	int status;

	g_array_set_size(reader->names, 0);
	g_string_chunk_clear(reader->strings);
	do {
		status = elf_file__receive(batch->file, &head, sizeof(*head));
		if (!status && head->kind == ELF_WIRE_NAMES)
			status = take_packet(batch);
		if (status)
			return status;
	} while (head->kind == ELF_WIRE_NAMES);
	if (head->kind != ELF_WIRE_END || reader->names->len)
		return elf_file__refuse(batch->file, -EPROTO);
	/* It could be opened before: it has changed, or takes too much memory. */
	if (head->status)
		return elf_file__refuse(batch->file, head->status);
	visit_nameless(batch, batch->count);
	return batch->stopped;
}

int elf_file__names(struct elf_file *file, const uint64_t *offsets, size_t offset_count,
		    elf_names_fn visit_fn, void *ctx)
{
	int status = 0;

	for (size_t first = 0; !status && first < offset_count; first += ELF_WIRE_OFFSETS) {
		struct batch batch = {
			.file = file,
			.first = first,
			.count = MIN(offset_count - first, ELF_WIRE_OFFSETS),
			.visit = visit_fn,
			.ctx = ctx,
		};

		status = elf_file__open_in_worker(file);
		if (!status)
			status = elf_file__send_request(file, ELF_WIRE_NAMES, offsets + first,
							batch.count * sizeof(offsets[0]), -1);
		if (!status)
			status = take_answer(&batch);
	}
	return status;
}
