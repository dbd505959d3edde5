// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/io_lines.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static bool is_nothing(const struct io_row *io)
{
	for (int count = 0; io->known && count < IO_COUNTS; count++)
		if (io->counts[count])
			return false;
	return true;
}

static double bytes_of(const struct io_row *io)
{
	return (double)io->counts[IO_READ_BYTES] + (double)io->counts[IO_WRITE_BYTES] +
	       (double)io->counts[IO_DEVICE_READ_BYTES];
}

static gint most_first(gconstpointer a, gconstpointer b)
{
	const struct io_line *left = a, *right = b;
	double more = bytes_of(right->io) - bytes_of(left->io);

	if (more != 0)
		return more > 0 ? 1 : -1;
	return (left->number > right->number) - (left->number < right->number);
}

GArray *io_lines__of_processes(const struct analysis *analysis)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct io_line));

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct process_row *row = &analysis->processes[i];
		struct io_line line = {row->pid, row->comm, &row->io, row};

		if (!is_nothing(&row->io))
			g_array_append_val(lines, line);
	}
	g_array_sort(lines, most_first);
	return lines;
}

GArray *io_lines__of_threads(const struct analysis *analysis)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct io_line));

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *row = &analysis->threads[i];
		struct io_line line = {row->tid, row->comm, &row->io, NULL};

		if (!is_nothing(&row->io))
			g_array_append_val(lines, line);
	}
	g_array_sort(lines, most_first);
	return lines;
}

bool io_line__rest(const struct io_line *line, struct io_line *rest)
{
	static const char *const names[2][2] = {{NULL, "(children)"}, {"(threads)", "(both)"}};
	const struct process_row *row = line->process;

	if (!row)
		return false;
	*rest = (struct io_line){-1, names[row->io_unread > 0][row->child_faults > 0],
				 &row->io_rest, NULL};
	return rest->name && !is_nothing(rest->io);
}

static struct unit_text each(double bytes)
{
	struct unit_text none = {"-"};

	return isnan(bytes) ? none : units__short_count(units__round(bytes));
}

struct io_texts io_line__texts(const struct io_line *line)
{
	const struct io_row *io = line->io;
	struct io_texts texts = {
		.reads = units__short_count(io->counts[IO_READ_CALLS]),
		.bytes_a_read = each(io__bytes_per_read(io)),
		.bytes_read = units__bytes((double)io->counts[IO_READ_BYTES]),
		.of_device = units__bytes((double)io->counts[IO_DEVICE_READ_BYTES]),
		/* "At least" is never rounded up. */
		.cached = units__share(floor(io__cached_at_least(io) * 1000) / 1000),
		.writes = units__short_count(io->counts[IO_WRITE_CALLS]),
		.bytes_a_write = each(io__bytes_per_write(io)),
	};

	if (line->number >= 0)
		(void)snprintf(texts.number.text, sizeof(texts.number.text), "%" PRId64,
			       line->number);
	return texts;
}

static bool is_known(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->process_count; i++)
		if (analysis->processes[i].io.known)
			return true;
	for (size_t i = 0; i < analysis->thread_count; i++)
		if (analysis->threads[i].io.known)
			return true;
	return false;
}

static const char explanation[] =
	"A process's line has its threads that ended, too, and the children that it waited for: "
	"(threads), (children) or (both), at most so much. Cached: read without asking "
	"a device for it, out of the page cache, but also out of pipes and sockets; a device is "
	"asked for whole pages, ahead, and for mapped files, so it may be more.";

static bool is_something(GArray *lines)
{
	bool something = lines->len > 0;

	g_array_free(lines, TRUE);
	return something;
}

const char *io_lines__explanation(const struct analysis *analysis)
{
	if (is_something(io_lines__of_processes(analysis)) ||
	    is_something(io_lines__of_threads(analysis)))
		return explanation;
	return is_known(analysis) ? "Nothing was read or written." : "Not known.";
}
