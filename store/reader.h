/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Reads a capture file. The file is never changed, also not by recovery of its write-ahead log.
 *
 * Every function returns 0 or a negative errno; *error or store_reader__error then says what was
 * wrong, in words for the user. The each-functions call `visit` for every row in the order of its
 * key and stop with the first non-zero value it returns. Strings in a row live until `visit`
 * returns.
 *
 * What a visitor may rely on, whatever the file: enums, `class` (0..63) and system calls are in
 * their range; times are not negative and no end is before its beginning; ids of processes,
 * threads, modules, frames and stacks are 1, 2, 3 ... without gaps; every reference leads to a row;
 * a stack's parent is less than its id; the depths of a frame's inlined calls are 1, 2, 3 ... up to
 * STORE_INLINE_MAX, and those without a file have no line; the sum of a column of counts or
 * nanoseconds over its table is at most INT64_MAX / 4, and a count of what was read or written at
 * most STORE_IO_MAX; weights are finite and not negative; there
 * are at most STORE_PROBES_MAX probe points. A row that breaks this ends the call with -EUCLEAN.
 *
 * A capture that another process is recording can be read: a reader sees it as it was when opened.
 * One that this process is recording must not be opened here: closing a file drops the locks that
 * SQLite holds on it in the same process.
 */
#ifndef WALLFLAME_STORE_READER_H
#define WALLFLAME_STORE_READER_H

#include "store/model.h"

struct store_reader;

/*
 * Opens and checks a capture: application id, schema version, and that SQLite finds it sound.
 * -ENOENT and the like: cannot be opened; -EINVAL: not a capture, or of a newer version; -EBUSY:
 * another program is changing it; -EUCLEAN: damaged, or cut off before anything was recorded. The
 * caller owns *out and, on failure, the malloc'ed *error.
 */
int store_reader__open(struct store_reader **out, const char *path, char **error);
void store_reader__close(struct store_reader *reader);
const char *store_reader__error(const struct store_reader *reader);

/*
 * Whether the file at `path` begins as an SQLite file does: 1, 0, or a negative errno; -EINVAL: it
 * is no regular file.
 */
int store_reader__looks_like_capture(const char *path);

/* Strings in *row live as long as the reader. */
int store_reader__capture(struct store_reader *reader, struct store_capture *row);

typedef int (*store_process_fn)(void *ctx, store_id id, const struct store_process *row);
typedef int (*store_thread_fn)(void *ctx, store_id id, const struct store_thread *row);
typedef int (*store_oracle_fn)(void *ctx, const struct store_oracle *row);
typedef int (*store_thread_loss_fn)(void *ctx, const struct store_thread_loss *row);
typedef int (*store_thread_io_fn)(void *ctx, const struct store_thread_io *row);
typedef int (*store_process_io_fn)(void *ctx, const struct store_process_io *row);
typedef int (*store_call_sampling_fn)(void *ctx, const struct store_call_sampling *row);
typedef int (*store_call_moment_fn)(void *ctx, store_id id, const struct store_call_moment *row);
typedef int (*store_call_sample_fn)(void *ctx, const struct store_call_sample *row);
typedef int (*store_module_fn)(void *ctx, store_id id, const struct store_module *row);
typedef int (*store_frame_fn)(void *ctx, store_id id, const struct store_frame *row);
typedef int (*store_frame_line_fn)(void *ctx, const struct store_frame_line *row);
typedef int (*store_frame_inline_fn)(void *ctx, const struct store_frame_inline *row);
typedef int (*store_stack_fn)(void *ctx, store_id id, const struct store_stack *row);
typedef int (*store_slice_fn)(void *ctx, const struct store_slice *row);
typedef int (*store_ledger_fn)(void *ctx, const struct store_ledger *row);
typedef int (*store_evidence_fn)(void *ctx, const struct store_evidence *row);
typedef int (*store_span_fn)(void *ctx, const struct store_span *row);
typedef int (*store_lock_wait_fn)(void *ctx, const struct store_lock_wait *row);
typedef int (*store_lock_evidence_fn)(void *ctx, const struct store_lock_evidence *row);
typedef int (*store_probe_fn)(void *ctx, store_id id, const struct store_probe *row);
typedef int (*store_probe_place_fn)(void *ctx, const struct store_probe_place *row);
typedef int (*store_probe_call_fn)(void *ctx, const struct store_probe_call *row);
typedef int (*store_histogram_fn)(void *ctx, const struct store_histogram *row);
typedef int (*store_probe_evidence_fn)(void *ctx, const struct store_probe_evidence *row);
typedef int (*store_pace_fn)(void *ctx, const struct store_pace *row);
typedef int (*store_loss_fn)(void *ctx, const char *kind, int64_t count, const char *meaning);
typedef int (*store_cost_fn)(void *ctx, const char *name, int64_t value, const char *unit);

int store_reader__each_process(struct store_reader *reader, store_process_fn visit, void *ctx);
int store_reader__each_thread(struct store_reader *reader, store_thread_fn visit, void *ctx);
int store_reader__each_oracle(struct store_reader *reader, store_oracle_fn visit, void *ctx);
/* None before version 4. */
int store_reader__each_thread_loss(struct store_reader *reader, store_thread_loss_fn visit,
				   void *ctx);
int store_reader__each_thread_io(struct store_reader *reader, store_thread_io_fn visit, void *ctx);
int store_reader__each_process_io(struct store_reader *reader, store_process_io_fn visit,
				  void *ctx);
/* None before version 5. */
int store_reader__each_call_sampling(struct store_reader *reader, store_call_sampling_fn visit,
				     void *ctx);
int store_reader__each_call_moment(struct store_reader *reader, store_call_moment_fn visit,
				   void *ctx);
int store_reader__each_call_sample(struct store_reader *reader, store_call_sample_fn visit,
				   void *ctx);
int store_reader__each_module(struct store_reader *reader, store_module_fn visit, void *ctx);
int store_reader__each_frame(struct store_reader *reader, store_frame_fn visit, void *ctx);
/* By frame, and then by depth. None before version 3. */
int store_reader__each_frame_line(struct store_reader *reader, store_frame_line_fn visit,
				  void *ctx);
int store_reader__each_frame_inline(struct store_reader *reader, store_frame_inline_fn visit,
				    void *ctx);
int store_reader__each_stack(struct store_reader *reader, store_stack_fn visit, void *ctx);
int store_reader__each_slice(struct store_reader *reader, store_slice_fn visit, void *ctx);
int store_reader__each_ledger(struct store_reader *reader, store_ledger_fn visit, void *ctx);
int store_reader__each_evidence(struct store_reader *reader, store_evidence_fn visit, void *ctx);
/* Longest first. */
int store_reader__each_span(struct store_reader *reader, store_span_fn visit, void *ctx);
int store_reader__each_lock_wait(struct store_reader *reader, store_lock_wait_fn visit, void *ctx);
int store_reader__each_lock_evidence(struct store_reader *reader, store_lock_evidence_fn visit,
				     void *ctx);
/* A capture of version 1 has no probe points: these visit nothing. */
int store_reader__each_probe(struct store_reader *reader, store_probe_fn visit, void *ctx);
int store_reader__each_probe_place(struct store_reader *reader, store_probe_place_fn visit,
				   void *ctx);
int store_reader__each_probe_call(struct store_reader *reader, store_probe_call_fn visit,
				  void *ctx);
/* By point, thread and length. */
int store_reader__each_histogram(struct store_reader *reader, store_histogram_fn visit, void *ctx);
int store_reader__each_probe_evidence(struct store_reader *reader, store_probe_evidence_fn visit,
				      void *ctx);
/* In the order in which they were decided. None before version 5. */
int store_reader__each_pace(struct store_reader *reader, store_pace_fn visit, void *ctx);
int store_reader__each_loss(struct store_reader *reader, store_loss_fn visit, void *ctx);
int store_reader__each_cost(struct store_reader *reader, store_cost_fn visit, void *ctx);

#endif
