/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What threads and processes read and wrote in the window: the kernel's counts at both ends of it,
 * and what lies between.
 */
#ifndef WALLFLAME_COLLECTOR_IO_BOOK_H
#define WALLFLAME_COLLECTOR_IO_BOOK_H

#include "collector/roster.h"
#include "store/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct io_book;

struct io_book *io_book__new(void);
void io_book__free(struct io_book *book); /* NULL is allowed */

/* Reads the counts of all that is in the roster. */
void io_book__begin(struct io_book *book, struct roster *roster, int64_t t0_ns);
/*
 * Before the beginning, for a process that this one will wait for: then it can be read at the end
 * even when it has ended and nobody but root may open its files.
 */
void io_book__hold(struct io_book *book, struct roster *roster, pid_t pid);
void io_book__end(struct io_book *book, struct roster *roster);
/* Reads those of processes that have ended: they may have been waited for before the end. */
void io_book__read_ended(struct io_book *book, struct roster *roster);

/* What lies between; false where it is not known. */
bool io_book__of_thread(const struct io_book *book, const struct thread *thread,
			struct store_io *out);
/* Those that every version of the capture file has in its table of oracles. */
void io_book__add_to_oracle(const struct io_book *book, const struct thread *thread,
			    struct store_oracle *row);
bool io_book__of_process(const struct io_book *book, const struct process *process,
			 struct store_process_io *out);

/* Whether a process was still there at the end, living or not, but could not be read. */
bool io_book__was_kept(const struct io_book *book, const struct process *process);

/* Writes them for all that have a row; 0 or a negative errno. */
int io_book__write(const struct io_book *book, struct roster *roster, struct store_writer *writer);
/*
 * Processes whose reads and writes are nowhere: they were not to be looked into, or were gone and
 * no process of the capture has waited for them, which would have their counts in its own. One that
 * was gone is taken to be in its parent's when that one has waited for any child.
 */
int64_t io_book__unread(const struct io_book *book, struct roster *roster);

#endif
