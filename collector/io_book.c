// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/io_book.h"

#include "collector/now.h"
#include "collector/procfs_io.h"

#include <errno.h>
#include <glib.h>
#include <unistd.h>

/* How far the kernel's word for when a process began may be from the scheduler's. */
#define SAME_BEGIN_NS 100000000LL

struct io_book {
	/* struct thread or struct process -> struct procfs_io */
	GHashTable *before;
	GHashTable *after;
	GHashTable *kept; /* struct process that were there at the end, but not to be read */
	int64_t t0_ns;
	/* Held open: of a process and its first thread; -1: not. */
	const void *held[2];
	int descriptors[2];
};

struct io_book *io_book__new(void)
{
	struct io_book *book = g_new0(struct io_book, 1);

	book->before = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	book->after = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	book->kept = g_hash_table_new(g_direct_hash, g_direct_equal);
	for (size_t i = 0; i < G_N_ELEMENTS(book->held); i++)
		book->descriptors[i] = -1;
	return book;
}

void io_book__free(struct io_book *book)
{
	if (!book)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(book->held); i++)
		if (book->descriptors[i] >= 0)
			close(book->descriptors[i]);
	g_hash_table_destroy(book->before);
	g_hash_table_destroy(book->after);
	g_hash_table_destroy(book->kept);
	g_free(book);
}

void io_book__hold(struct io_book *book, struct roster *roster, pid_t pid)
{
	book->held[0] = roster__process(roster, pid);
	book->held[1] = roster__find_thread(roster, pid);
	book->descriptors[0] = procfs_io__open(pid, 0);
	book->descriptors[1] = procfs_io__open(pid, pid);
}

static int descriptor_of(const struct io_book *book, const void *whose)
{
	for (size_t i = 0; i < G_N_ELEMENTS(book->held); i++)
		if (book->held[i] == whose)
			return book->descriptors[i];
	return -1;
}

/* What one pass over the roster fills. */
struct pass {
	const struct io_book *book;
	struct roster *roster;
	GHashTable *counts;
};

/* 0, or a negative errno of its files. */
static int take_process(const struct pass *pass, struct process *process)
{
	struct procfs_io counts;
	int status;

	/* A number that has been given again is its new owner's; what is there is of its end. */
	if (roster__process(pass->roster, process->pid) != process ||
	    g_hash_table_contains(pass->counts, process))
		return 0;
	status = procfs_io__process(process->pid, descriptor_of(pass->book, process), &counts);
	if (!status)
		g_hash_table_insert(pass->counts, process, g_memdup2(&counts, sizeof(counts)));
	return status;
}

static int read_process(void *ctx, struct process *process)
{
	take_process(ctx, process);
	return 0;
}

static int read_last(void *ctx, struct process *process)
{
	const struct pass *pass = ctx;
	int status = take_process(pass, process);

	if (status && status != -ENOENT && status != -ESRCH)
		g_hash_table_add(pass->book->kept, process);
	return 0;
}

static int read_thread(void *ctx, struct thread *thread)
{
	const struct pass *pass = ctx;
	pid_t pid = thread->process->pid;
	struct procfs_io counts;

	/* Of those that have ended only a first thread is still there: until it is waited for. */
	if ((thread->end_ns && thread->number != pid) ||
	    roster__find_thread(pass->roster, thread->number) != thread ||
	    g_hash_table_contains(pass->counts, thread))
		return 0;
	if (!procfs_io__thread(pid, thread->number, descriptor_of(pass->book, thread), &counts))
		g_hash_table_insert(pass->counts, thread, g_memdup2(&counts, sizeof(counts)));
	return 0;
}

/*
 * Processes are read first at the beginning and last at the end: so what a process did is never
 * less than what its threads did.
 */
void io_book__begin(struct io_book *book, struct roster *roster, int64_t t0_ns)
{
	struct pass pass = {book, roster, book->before};

	book->t0_ns = t0_ns;
	roster__each_process(roster, read_process, &pass);
	roster__each_thread(roster, read_thread, &pass);
}

static int read_ended(void *ctx, struct process *process)
{
	const struct pass *pass = ctx;
	struct thread *first = roster__find_thread(pass->roster, process->pid);
	struct procfs_io counts;

	if (g_hash_table_contains(pass->counts, process) ||
	    roster__process(pass->roster, process->pid) != process ||
	    procfs_io__process(process->pid, descriptor_of(pass->book, process), &counts) ||
	    !counts.ended)
		return 0;
	if (first)
		read_thread(ctx, first);
	/* These are its last: it may be gone before it could be read again. */
	g_hash_table_insert(pass->counts, process, g_memdup2(&counts, sizeof(counts)));
	return 0;
}

void io_book__read_ended(struct io_book *book, struct roster *roster)
{
	struct pass pass = {book, roster, book->after};

	roster__each_process(roster, read_ended, &pass);
}

void io_book__end(struct io_book *book, struct roster *roster)
{
	struct pass pass = {book, roster, book->after};

	roster__each_thread(roster, read_thread, &pass);
	roster__each_process(roster, read_last, &pass);
}

bool io_book__was_kept(const struct io_book *book, const struct process *process)
{
	return g_hash_table_contains(book->kept, process);
}

static bool subtract(const struct store_io *before, const struct store_io *after,
		     struct store_io *out)
{
	for (int i = 0; i < IO_COUNTS; i++) {
		out->counts[i] = after->counts[i] - before->counts[i];
		/* A count that fell is another one's; more than that nothing can move. */
		if (out->counts[i] < 0 || out->counts[i] > STORE_IO_MAX)
			return false;
	}
	return true;
}

/* Whether the counts are of the process that was born then, not of a later one of its number. */
static bool began_at(const struct procfs_io *counts, int64_t start_ns)
{
	int64_t tick_ns = 1000000000LL / sysconf(_SC_CLK_TCK);
	/* The time of /proc goes on while the machine sleeps. */
	int64_t ahead_ns = now__of(CLOCK_BOOTTIME) - now__monotonic();
	int64_t off_ns = counts->began_ticks * tick_ns - ahead_ns - start_ns;

	return ABS(off_ns) <= SAME_BEGIN_NS;
}

/* The same of a process that may also have been there before the window. */
static bool is_of(const struct io_book *book, const struct process *process,
		  const struct procfs_io *after)
{
	const struct procfs_io *before = g_hash_table_lookup(book->before, process);

	if (before)
		return before->began_ticks == after->began_ticks;
	return process->start_ns > book->t0_ns && began_at(after, process->start_ns);
}

bool io_book__of_thread(const struct io_book *book, const struct thread *thread,
			struct store_io *out)
{
	static const struct procfs_io none;
	const struct procfs_io *before = g_hash_table_lookup(book->before, thread);
	const struct procfs_io *after = g_hash_table_lookup(book->after, thread);

	/* A thread that took a first one's place in exec(2) has its beginning, too. */
	if (after && thread->number == thread->process->pid && !is_of(book, thread->process, after))
		return false;
	if (!before && thread->made_ns > book->t0_ns)
		before = &none; /* Linux: kernel/fork.c, copy_process() */
	return before && after && subtract(&before->io, &after->io, out);
}

void io_book__add_to_oracle(const struct io_book *book, const struct thread *thread,
			    struct store_oracle *row)
{
	struct store_io io;

	if (!io_book__of_thread(book, thread, &io))
		return;
	row->read_calls = io.counts[IO_READ_CALLS];
	row->read_bytes = io.counts[IO_READ_BYTES];
	row->write_calls = io.counts[IO_WRITE_CALLS];
	row->write_bytes = io.counts[IO_WRITE_BYTES];
	row->device_read_bytes = io.counts[IO_DEVICE_READ_BYTES];
	row->device_write_bytes = io.counts[IO_DEVICE_WRITE_BYTES];
}

bool io_book__of_process(const struct io_book *book, const struct process *process,
			 struct store_process_io *out)
{
	const struct procfs_io *before = g_hash_table_lookup(book->before, process);
	const struct procfs_io *after = g_hash_table_lookup(book->after, process);
	static const struct procfs_io born;

	if (!after || !is_of(book, process, after))
		return false;
	if (!before)
		before = &born;
	out->process = process->id;
	out->child_faults = after->child_faults - before->child_faults;
	return out->child_faults >= 0 && subtract(&before->io, &after->io, &out->io);
}

struct writing {
	const struct io_book *book;
	struct store_writer *writer;
};

static int write_thread(void *ctx, struct thread *thread)
{
	const struct writing *writing = ctx;
	struct store_thread_io row = {.thread = thread->id};

	if (!thread->id || !io_book__of_thread(writing->book, thread, &row.io))
		return 0;
	return store_writer__thread_io(writing->writer, &row);
}

static int write_process(void *ctx, struct process *process)
{
	const struct writing *writing = ctx;
	struct store_process_io row;

	if (!process->id || !io_book__of_process(writing->book, process, &row))
		return 0;
	return store_writer__process_io(writing->writer, &row);
}

int io_book__write(const struct io_book *book, struct roster *roster, struct store_writer *writer)
{
	struct writing writing = {book, writer};
	int status = roster__each_thread(roster, write_thread, &writing);

	return status ? status : roster__each_process(roster, write_process, &writing);
}
