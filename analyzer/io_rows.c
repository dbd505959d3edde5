// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What threads and processes read and wrote, and what follows from it. */
#include <math.h>
#include <string.h>

#include "analyzer/private.h"

static const char *const names[IO_COUNTS] = {
	[IO_READ_CALLS] = "read_calls",
	[IO_READ_BYTES] = "read_bytes",
	[IO_WRITE_CALLS] = "write_calls",
	[IO_WRITE_BYTES] = "write_bytes",
	[IO_DEVICE_READ_BYTES] = "device_read_bytes",
	[IO_DEVICE_WRITE_BYTES] = "device_write_bytes",
	[IO_CANCELLED_WRITE_BYTES] = "cancelled_write_bytes",
};

const char *io_count__name(enum store_io_count count)
{
	return (unsigned)count < IO_COUNTS ? names[count] : "?";
}

static double ratio(const struct io_row *io, enum store_io_count of, enum store_io_count by)
{
	if (!io->known || !io->counts[by])
		return NAN;
	return (double)io->counts[of] / (double)io->counts[by];
}

double io__bytes_per_read(const struct io_row *io)
{
	return ratio(io, IO_READ_BYTES, IO_READ_CALLS);
}

double io__bytes_per_write(const struct io_row *io)
{
	return ratio(io, IO_WRITE_BYTES, IO_WRITE_CALLS);
}

double io__cached_at_least(const struct io_row *io)
{
	double fetched = ratio(io, IO_DEVICE_READ_BYTES, IO_READ_BYTES);

	/* Pages are fetched whole, and ahead: more than was read says nothing. */
	return isnan(fetched) ? NAN : fmax(1 - fetched, 0);
}

struct io_loader {
	struct analysis *analysis;
	const struct facts *facts;
	char **error;
};

static void take(struct io_row *row, const struct store_io *io)
{
	row->known = true;
	memcpy(row->counts, io->counts, sizeof(row->counts));
}

static int on_thread_io(void *ctx, const struct store_thread_io *row)
{
	struct io_loader *loader = ctx;
	uint32_t thread = ids__index(&loader->facts->threads, row->thread);

	if (thread == NO_ID)
		return ids__damaged(loader->error, "thread_io", row->thread, "thread", row->thread);
	take(&loader->analysis->threads[thread].io, &row->io);
	return 0;
}

static int on_process_io(void *ctx, const struct store_process_io *row)
{
	struct io_loader *loader = ctx;
	uint32_t process = ids__index(&loader->facts->processes, row->process);

	if (process == NO_ID)
		return ids__damaged(loader->error, "process_io", row->process, "process",
				    row->process);
	take(&loader->analysis->processes[process].io, &row->io);
	loader->analysis->processes[process].child_faults = row->child_faults;
	return 0;
}

static void find_rests(struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->process_count; i++)
		analysis->processes[i].io_rest = analysis->processes[i].io;
	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *thread = &analysis->threads[i];
		struct process_row *process = &analysis->processes[thread->process];

		process->io_unread += !thread->io.known;
		for (int count = 0; count < IO_COUNTS && thread->io.known; count++) {
			int64_t *left = &process->io_rest.counts[count];

			/* Of a damaged capture the threads may have more. */
			*left = MAX(*left - thread->io.counts[count], 0);
		}
	}
}

int analysis__read_io(struct analysis *analysis, const struct facts *facts,
		      struct store_reader *reader, char **error)
{
	struct io_loader loader = {analysis, facts, error};
	int status = store_reader__each_thread_io(reader, on_thread_io, &loader);

	if (!status)
		status = store_reader__each_process_io(reader, on_process_io, &loader);
	if (!status)
		find_rests(analysis);
	return status;
}
