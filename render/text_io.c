// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The text report on what was read and written. */
#include "render/text_lines.h"
#include "render/text_sections.h"

#include <glib.h>
#include <inttypes.h>
#include <math.h>

#define MAX_ROWS 12

/* What a line of the table is made of. */
struct line {
	int64_t number; /* -1: none */
	const char *name;
	const struct io_row *io;
	const struct process_row *process; /* NULL: of a thread */
};

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
	const struct line *left = a, *right = b;
	double more = bytes_of(right->io) - bytes_of(left->io);

	if (more != 0)
		return more > 0 ? 1 : -1;
	return (left->number > right->number) - (left->number < right->number);
}

static GArray *process_lines(const struct analysis *analysis)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));

	for (size_t i = 0; i < analysis->process_count; i++) {
		const struct process_row *row = &analysis->processes[i];
		struct line line = {row->pid, row->comm, &row->io, row};

		if (!is_nothing(&row->io))
			g_array_append_val(lines, line);
	}
	g_array_sort(lines, most_first);
	return lines;
}

static GArray *thread_lines(const struct analysis *analysis)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(struct line));

	for (size_t i = 0; i < analysis->thread_count; i++) {
		const struct thread_row *row = &analysis->threads[i];
		struct line line = {row->tid, row->comm, &row->io, NULL};

		if (!is_nothing(&row->io))
			g_array_append_val(lines, line);
	}
	g_array_sort(lines, most_first);
	return lines;
}

static const struct text_column process_columns[] = {
	{"pid", -7},	    {"process", 16}, {"reads", -9},  {"B a read", -9},	{"bytes read", -11},
	{"of device", -11}, {"cached", -7},  {"writes", -9}, {"B a write", -9},
};
static const struct text_column thread_columns[] = {
	{"tid", -7},	    {"thread", 16}, {"reads", -9},  {"B a read", -9},  {"bytes read", -11},
	{"of device", -11}, {"cached", -7}, {"writes", -9}, {"B a write", -9},
};

static struct unit_text each(double bytes)
{
	struct unit_text none = {"-"};

	return isnan(bytes) ? none : units__short_count(units__round(bytes));
}

static void write_row(FILE *out, const struct text_table *table, const struct line *line)
{
	const struct io_row *io = line->io;
	char number[24] = "";

	if (line->number >= 0)
		(void)snprintf(number, sizeof(number), "%" PRId64, line->number);
	text__row(out, table,
		  (const char *[]){number, line->name,
				   units__short_count(io->counts[IO_READ_CALLS]).text,
				   each(io__bytes_per_read(io)).text,
				   units__bytes((double)io->counts[IO_READ_BYTES]).text,
				   units__bytes((double)io->counts[IO_DEVICE_READ_BYTES]).text,
				   /* "At least" is never rounded up. */
				   units__share(floor(io__cached_at_least(io) * 1000) / 1000).text,
				   units__short_count(io->counts[IO_WRITE_CALLS]).text,
				   each(io__bytes_per_write(io)).text});
}

/* What a process's own line has and no thread's. */
static void write_rest(FILE *out, const struct text_table *table, const struct process_row *row)
{
	static const char *const names[2][2] = {{NULL, "(children)"}, {"(threads)", "(both)"}};
	struct line line = {-1, names[row->io_unread > 0][row->child_faults > 0], &row->io_rest,
			    NULL};

	if (line.name && !is_nothing(line.io))
		write_row(out, table, &line);
}

static void write_lines(FILE *out, const struct text_table *table, const GArray *lines,
			const char *things)
{
	if (lines->len)
		text__titles(out, table);
	for (guint i = 0; i < lines->len && i < MAX_ROWS; i++) {
		const struct line *line = &g_array_index(lines, struct line, i);

		write_row(out, table, line);
		if (line->process)
			write_rest(out, table, line->process);
	}
	text__rest(out, lines->len, MAX_ROWS, things);
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

void text_section__io(FILE *out, const struct analysis *analysis)
{
	static const struct text_table process_table = TEXT_TABLE(process_columns);
	static const struct text_table thread_table = TEXT_TABLE(thread_columns);
	GArray *processes = process_lines(analysis);
	GArray *threads = thread_lines(analysis);

	text__heading(out, "READS AND WRITES",
		      "exact counts of the kernel; cached: at least, estimated");
	write_lines(out, &process_table, processes, "processes");
	write_lines(out, &thread_table, threads, "threads");
	if (processes->len + threads->len)
		text__paragraph(out, 2, explanation);
	else
		text__paragraph(out, 2,
				is_known(analysis) ? "Nothing was read or written." : "Not known.");
	g_array_free(processes, TRUE);
	g_array_free(threads, TRUE);
}
