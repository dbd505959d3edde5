// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "html_capture.h"

#include "store/writer.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <stdlib.h>

#define FUTEX 202
#define SECOND HTML_CAPTURE_SECOND
#define FIRST_TID 100

struct writing {
	struct store_writer *writer;
	const struct html_shape *shape;
	store_id *threads;
	store_id *running;
	store_id sleeping;
	int err;
};

int64_t html_capture__running_ns(int thread, int slice)
{
	return (100 + 7 * ((thread * 31 + slice * 17) % 100)) * INT64_C(1000000);
}

static void must(struct writing *to, int err)
{
	if (err && !to->err)
		(void)fprintf(stderr, "capture: %s\n", store_writer__error(to->writer));
	to->err |= err;
}

static store_id write_frame(struct writing *to, store_id parent, enum store_frame_kind kind,
			    const char *name)
{
	const struct store_frame frame = {.kind = kind, .symbol = name};
	struct store_stack stack = {.parent = parent};
	store_id id = 0;

	must(to, store_writer__frame(to->writer, &frame, &stack.frame));
	must(to, store_writer__stack(to->writer, &stack, &id));
	return id;
}

static void write_head(struct writing *to)
{
	const struct store_capture capture = {
		.tool_version = "0.1.0",
		.host = "build-7",
		.kernel = "6.1.0",
		.machine = "x86_64",
		.cpus = 2,
		.started_unix_ns = 1700000000000000000,
		.t0_ns = SECOND,
		.progress_ns = (1 + to->shape->slices) * SECOND,
		.slice_ns = SECOND,
		.backend = "bpf-raw-tracepoint",
		.cpu_clock = "cpu-clock",
		.cpu_clock_hz = 99,
		.lock_backend = "none",
		.stack_period_ns = 1000000,
		.target = to->shape->name,
	};
	const struct store_process process = {.pid = FIRST_TID, .comm = to->shape->name, .uid = -1};
	store_id id = 0;

	must(to, store_writer__capture(to->writer, &capture));
	must(to, store_writer__process(to->writer, &process, &id));
	for (int i = 0; i < to->shape->threads; i++) {
		char comm[24];
		const struct store_thread thread = {.process = id,
						    .tid = FIRST_TID + i,
						    .comm = i ? comm : to->shape->name,
						    .start_ns = SECOND,
						    .end_ns = (1 + to->shape->slices) * SECOND};

		(void)snprintf(comm, sizeof(comm), "worker-%d", i % 20);
		must(to, store_writer__thread(to->writer, &thread, &to->threads[i]));
	}
	for (int i = 0; i < to->shape->slices; i++) {
		const struct store_slice slice = {
			.id = i + 1, .start_ns = (1 + i) * SECOND, .end_ns = (2 + i) * SECOND};

		must(to, store_writer__slice(to->writer, &slice));
	}
}

static void write_stacks(struct writing *to)
{
	store_id root = write_frame(to, 0, FRAME_USER, "main");

	for (int i = 0; i < to->shape->stacks; i++) {
		char *name = g_strdup_printf("%sservice::handler<request_%d>::compute_something",
					     to->shape->more ? to->shape->more : "", i);
		store_id middle = write_frame(to, root, FRAME_USER, name);

		to->running[i] = write_frame(to, middle, FRAME_USER, i ? name : to->shape->name);
		g_free(name);
	}
	for (int i = 0; i < to->shape->depth; i++)
		root = write_frame(to, root, FRAME_USER, to->shape->more);
	to->sleeping = write_frame(to, write_frame(to, root, FRAME_USER, "pthread_mutex_lock"),
				   FRAME_KERNEL, "futex_wait_queue");
}

static void write_cell(struct writing *to, int thread, int slice)
{
	const struct html_shape *shape = to->shape;
	int64_t running = html_capture__running_ns(thread, slice);
	struct store_ledger ledger = {.thread = to->threads[thread],
				      .slice = slice + 1,
				      .state = STATE_RUNNING,
				      .syscall = SYSCALL_NONE,
				      .count = 3,
				      .ns = running};
	struct store_evidence evidence = {.thread = ledger.thread,
					  .slice = ledger.slice,
					  .state = STATE_RUNNING,
					  .syscall = SYSCALL_NONE,
					  .futex_op = FUTEX_OP_NONE,
					  .count = 10,
					  .ns = running / shape->draws,
					  .weight = (double)running / shape->draws};

	must(to, store_writer__ledger(to->writer, &ledger));
	for (int i = 0; i < shape->draws; i++) {
		evidence.stack = to->running[((thread * shape->slices + slice) * shape->draws + i) %
					     shape->stacks];
		must(to, store_writer__evidence(to->writer, &evidence));
	}
	ledger.state = evidence.state = STATE_INTERRUPTIBLE;
	ledger.syscall = evidence.syscall = FUTEX;
	ledger.class = evidence.class = 27;
	ledger.ns = evidence.ns = SECOND - running;
	evidence.weight = (double)evidence.ns;
	evidence.stack = to->sleeping;
	evidence.futex_op = 0;
	must(to, store_writer__ledger(to->writer, &ledger));
	must(to, store_writer__evidence(to->writer, &evidence));
}

static int write_capture(const struct html_shape *shape, const char *path)
{
	struct writing to = {.shape = shape};
	char *error = NULL;

	if (store_writer__create(&to.writer, path, true, &error)) {
		(void)fprintf(stderr, "%s\n", error);
		free(error);
		return -1;
	}
	to.threads = g_new0(store_id, (gsize)shape->threads);
	to.running = g_new0(store_id, (gsize)shape->stacks);
	write_head(&to);
	write_stacks(&to);
	for (int thread = 0; thread < shape->threads; thread++)
		for (int slice = 0; slice < shape->slices; slice++)
			write_cell(&to, thread, slice);
	must(&to, store_writer__commit(to.writer));
	to.err |= store_writer__close(to.writer, (1 + shape->slices) * SECOND, "duration", 1000000,
				      &error);
	g_free(to.threads);
	g_free(to.running);
	return to.err;
}

struct analysis *html_capture(const struct html_shape *shape)
{
	struct analysis *analysis = NULL;
	char *path = NULL;
	char *error = NULL;
	int fd = g_file_open_tmp("wallflame-XXXXXX.db", &path, NULL);

	if (fd < 0)
		return NULL;
	(void)g_close(fd, NULL);
	if (write_capture(shape, path) == 0 && analysis__load(&analysis, path, &error)) {
		(void)fprintf(stderr, "%s\n", error);
		free(error);
		analysis = NULL;
	}
	(void)g_unlink(path);
	g_free(path);
	return analysis;
}
