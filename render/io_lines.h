/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What was read and written, as lines of the reports for people. */
#ifndef WALLFLAME_RENDER_IO_LINES_H
#define WALLFLAME_RENDER_IO_LINES_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <glib.h>

struct io_line {
	int64_t number; /* of the process or thread; -1: none */
	const char *name;
	const struct io_row *io;
	const struct process_row *process; /* NULL: of a thread */
};

/* Those that read or wrote (struct io_line), most bytes first. For the caller to free. */
GArray *io_lines__of_processes(const struct analysis *analysis);
GArray *io_lines__of_threads(const struct analysis *analysis);
/* What a process's own line has and no thread's; false where there is nothing. */
bool io_line__rest(const struct io_line *line, struct io_line *rest);

struct io_texts {
	struct unit_text number, reads, bytes_a_read, bytes_read, of_device, cached, writes,
		bytes_a_write;
};
struct io_texts io_line__texts(const struct io_line *line);
/* How the lines are to be read, or why there are none. */
const char *io_lines__explanation(const struct analysis *analysis);

#endif
