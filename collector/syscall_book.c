// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/syscall_book.h"

#include "collector/books.h"
#include "collector/syscall_bytes.h"

static int write_row(struct syscall_book *book, store_id moment, const struct engine_syscall *row)
{
	struct process *process = roster__process(book->roster, row->tgid);
	struct store_call_sample sample = {
		.moment = moment,
		.syscall = row->syscall < 0 ? SYSCALL_UNKNOWN : books__syscall(row->syscall),
		.calls = row->calls,
		.errors = row->errors,
		.bytes = -1,
		.whole = row->whole,
		.ns = row->ns,
	};

	if (!process) {
		book->unknown += row->calls;
		return 0;
	}
	sample.process = roster__process_id(book->roster, process);
	if (sample.process < 0)
		return (int)sample.process;
	if (syscall__returns_bytes(sample.syscall))
		sample.bytes = (int64_t)row->returned;
	return store_writer__call_sample(book->writer, &sample);
}

void syscall_book__add(void *ctx, const struct engine_moment *moment)
{
	struct syscall_book *book = ctx;
	const struct store_call_moment row = {.from_ns = moment->from_ns, .to_ns = moment->to_ns};
	store_id id = 0;

	if (!book->status)
		book->status = store_writer__call_moment(book->writer, &row, &id);
	for (size_t i = 0; i < moment->count && !book->status; i++)
		book->status = write_row(book, id, &moment->rows[i]);
}
