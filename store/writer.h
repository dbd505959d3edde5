/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Writes a capture file. Rows are collected in one transaction until store_writer__commit.
 *
 * Every function returns 0 or a negative errno; after a failure store_writer__error says what
 * SQLite said, and every later call fails the same way, so a caller may check only at a commit.
 * Strings are copied; nothing is kept of what the caller passes. One longer than 64 KiB is cut and
 * then ends in "[truncated]".
 *
 * Values are checked as they are written, so that what is written can be read: a row that no
 * reader would take (a negative time, an end before its beginning, class above 63, STATE_WOKEN, a
 * reference to no row) is -EINVAL. Times that can come out wrong are the caller's to put right.
 */
#ifndef WALLFLAME_STORE_WRITER_H
#define WALLFLAME_STORE_WRITER_H

#include "store/model.h"

struct store_writer;

/*
 * Creates the file with mode 0600 and writes the schema. An existing file is -EEXIST unless
 * `replace`. On success the caller owns *out and frees it with store_writer__close or
 * store_writer__abandon. On failure *error is malloc'ed for the caller to free. With `replace` an
 * old file or symbolic link is removed first, never written to or followed; one that is being
 * recorded is -EBUSY, one that is no regular file an error as well.
 */
int store_writer__create(struct store_writer **out, const char *path, bool replace, char **error);
/* What the first failure was; NULL when there was none. */
const char *store_writer__error(const struct store_writer *writer);

/* Once. The row is stored as not complete, without t1_ns and ended_by: those come at the close. */
int store_writer__capture(struct store_writer *writer, const struct store_capture *row);
/* The new row's id goes to *id. */
int store_writer__process(struct store_writer *writer, const struct store_process *row,
			  store_id *id);
int store_writer__thread(struct store_writer *writer, const struct store_thread *row, store_id *id);
int store_writer__module(struct store_writer *writer, const struct store_module *row, store_id *id);
int store_writer__frame(struct store_writer *writer, const struct store_frame *row, store_id *id);
/* Once a frame. */
int store_writer__frame_line(struct store_writer *writer, store_id frame, const char *file,
			     int64_t line);
/*
 * For depth 1, 2, 3 ... of a frame, and then those of the next one; at most STORE_INLINE_MAX. file
 * NULL and line 0: not known. A line without a file says nothing and is left out.
 */
int store_writer__frame_inline(struct store_writer *writer, store_id frame, int64_t depth,
			       const char *symbol, const char *file, int64_t line);
int store_writer__stack(struct store_writer *writer, const struct store_stack *row, store_id *id);

int store_writer__oracle(struct store_writer *writer, const struct store_oracle *row);
/* Once a thread, once a process. */
int store_writer__thread_io(struct store_writer *writer, const struct store_thread_io *row);
int store_writer__thread_loss(struct store_writer *writer, const struct store_thread_loss *row);
int store_writer__process_io(struct store_writer *writer, const struct store_process_io *row);
/* Once. */
int store_writer__call_sampling(struct store_writer *writer, const struct store_call_sampling *row);
int store_writer__call_moment(struct store_writer *writer, const struct store_call_moment *row,
			      store_id *id);
/* Once a moment, process and system call. */
int store_writer__call_sample(struct store_writer *writer, const struct store_call_sample *row);
int store_writer__mapping(struct store_writer *writer, const struct store_mapping *row);
int store_writer__slice(struct store_writer *writer, const struct store_slice *row);
/* Adds to the row of the same key when there is one already. */
int store_writer__ledger(struct store_writer *writer, const struct store_ledger *row);
int store_writer__evidence(struct store_writer *writer, const struct store_evidence *row);
int store_writer__span(struct store_writer *writer, const struct store_span *row);
int store_writer__lock_wait(struct store_writer *writer, const struct store_lock_wait *row);
int store_writer__lock_evidence(struct store_writer *writer, const struct store_lock_evidence *row);
/* Once a point; the new row's id goes to *id. */
int store_writer__probe(struct store_writer *writer, const struct store_probe *row, store_id *id);
int store_writer__probe_place(struct store_writer *writer, const struct store_probe_place *row);
/* Once a point and thread. */
int store_writer__probe_call(struct store_writer *writer, const struct store_probe_call *row);
int store_writer__histogram(struct store_writer *writer, const struct store_histogram *row);
int store_writer__probe_evidence(struct store_writer *writer,
				 const struct store_probe_evidence *row);
int store_writer__pace(struct store_writer *writer, const struct store_pace *row);
/* Adds to the count of the same kind when there is one already. A count of 0 writes nothing. */
int store_writer__loss(struct store_writer *writer, const char *kind, int64_t count,
		       const char *meaning);
/* Takes the place of the value of the same name. */
int store_writer__cost(struct store_writer *writer, const char *name, int64_t value,
		       const char *unit);

/* What is learned late. */
int store_writer__update_process(struct store_writer *writer, store_id id,
				 const struct store_process *row);
int store_writer__update_thread(struct store_writer *writer, store_id id,
				const struct store_thread *row);
int store_writer__update_module(struct store_writer *writer, store_id id, const char *build_id);
int store_writer__name_frame(struct store_writer *writer, store_id id, const char *symbol,
			     int64_t symbol_offset);
int store_writer__progress(struct store_writer *writer, int64_t progress_ns);

/* Makes everything so far durable against a crash of this process. */
int store_writer__commit(struct store_writer *writer);
/* Bytes of the file with its write-ahead log, so far. */
int64_t store_writer__bytes(const struct store_writer *writer);

/*
 * Marks the capture complete at t1, folds the write-ahead log into the one file and frees the
 * writer. On failure the file stays as the last commit left it, and *error is malloc'ed for the
 * caller to free. -EBUSY: somebody is reading it; the capture is complete, but a part of it is
 * still in the log beside it. -ESTALE: the file is no longer where it was created.
 */
int store_writer__close(struct store_writer *writer, int64_t t1_ns, const char *ended_by,
			int64_t stack_period_ns, char **error);
/* Frees the writer; what was committed stays. With `remove` the file goes as well. */
void store_writer__abandon(struct store_writer *writer, bool remove);

#endif
