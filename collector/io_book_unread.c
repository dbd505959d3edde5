// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Processes whose counts are nowhere. */
#include "collector/io_book.h"

struct search {
	const struct io_book *book;
	struct roster *roster;
	int64_t unread;
};

/*
 * Whether the counts of a process that has ended are part of another one's. Who waits for a child
 * gets what it counted and what it has got itself in that way (Linux: kernel/exit.c,
 * wait_task_zombie()). A child that outlives its parent is waited for by somebody else. Which of
 * its children a process has waited for is not known: it is taken to be all that are gone.
 */
static bool was_waited_for(const struct search *search, const struct process *process)
{
	struct store_process_io row;

	while (process->end_ns) {
		const struct process *parent = roster__process(search->roster, process->parent);

		/* Who is still there waits to be waited for; a number may have been given again. */
		if (io_book__was_kept(search->book, process) || !parent ||
		    parent->start_ns > process->start_ns)
			return false;
		if (io_book__of_process(search->book, parent, &row))
			return row.child_faults > 0;
		if (parent->end_ns && parent->end_ns < process->end_ns)
			return false;
		process = parent;
	}
	return false;
}

static int count_unread(void *ctx, struct process *process)
{
	struct search *search = ctx;
	struct store_process_io row;

	if (process->id && !io_book__of_process(search->book, process, &row) &&
	    !was_waited_for(search, process))
		search->unread++;
	return 0;
}

int64_t io_book__unread(const struct io_book *book, struct roster *roster)
{
	struct search search = {.book = book, .roster = roster};

	roster__each_process(roster, count_unread, &search);
	return search.unread;
}
