// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Reads through io_uring into buffers that the kernel knows beforehand (IORING_OP_READ_FIXED): the
 * device has DEPTH requests at a time, and one system call hands in and takes out what there is.
 */
#include <errno.h>
#include <liburing.h>
#include <stdlib.h>

#include "workloads/clock.h"
#include "workloads/cure.h"
#include "workloads/cure_uring.h"
#include "workloads/failure.h"
#include "workloads/proc_number.h"

#define DEPTH 32

struct uring_reads {
	struct team_worker *worker;
	struct pass *pass;
	struct io_uring ring;
	char *buffers; /* DEPTH of URING_STEP bytes */
	int64_t begin_ns[DEPTH]; /* of the read that has the buffer */
	int idle[DEPTH]; /* buffers that no read has */
	int idle_count;
};

int uring_reads__probe(char **error)
{
	struct io_uring ring;
	int status = io_uring_queue_init(DEPTH, &ring, 0);

	if (!status) {
		io_uring_queue_exit(&ring);
		return 0;
	}
	return failure__set(error, -status,
			    "the kernel refuses io_uring: see kernel.io_uring_disabled (sysctl), "
			    "seccomp filters of the container, and the limit of locked memory "
			    "(ulimit -l)");
}

static int uring_reads__fail(const struct uring_reads *reads, int status, const char *what)
{
	errno = -status;
	return team_worker__fail(reads->worker, what);
}

/* Hands in reads while there are buffers, pieces and operations to do. */
static void uring_reads__fill(struct uring_reads *reads)
{
	struct team_worker *worker = reads->worker;
	int64_t wanted = worker->quota - worker->operations - (DEPTH - reads->idle_count);

	if (team_worker__stopped(worker))
		return;
	for (; reads->idle_count && wanted > 0 && !pass__over(reads->pass); wanted--) {
		struct io_uring_sqe *sqe = io_uring_get_sqe(&reads->ring);
		int buffer = reads->idle[--reads->idle_count];

		io_uring_prep_read_fixed(sqe, reads->pass->fd,
					 reads->buffers + (size_t)buffer * URING_STEP, URING_STEP,
					 (uint64_t)pass__next(reads->pass), buffer);
		sqe->user_data = (uint64_t)buffer;
		reads->begin_ns[buffer] = clock__now();
	}
}

static int uring_reads__take(struct uring_reads *reads, const struct io_uring_cqe *cqe)
{
	struct team_worker *worker = reads->worker;
	int buffer = (int)cqe->user_data;

	reads->idle[reads->idle_count++] = buffer;
	if (cqe->res != URING_STEP)
		return uring_reads__fail(reads, cqe->res < 0 ? cqe->res : -EIO,
					 "cannot read a file");
	worker->operations++;
	worker->extra[CURE_BYTES] += cqe->res;
	/* They overlap: their sum is no time of the thread's. */
	latency__add(&worker->latency, clock__now() - reads->begin_ns[buffer]);
	return 0;
}

/* One system call: hands in what there is to do, and waits for one read at least. */
static int uring_reads__enter(struct uring_reads *reads)
{
	struct team_worker *worker = reads->worker;
	struct io_uring_cqe *cqe;
	unsigned int head, count = 0;
	int64_t begin = clock__now();
	int taken = 0;
	int status = io_uring_submit_and_wait(&reads->ring, 1);

	worker->operation_ns += clock__now() - begin;
	worker->extra[CURE_CALLS]++;
	if (status < 0 && status != -EINTR && status != -EAGAIN)
		return uring_reads__fail(reads, status, "cannot wait for io_uring");
	io_uring_for_each_cqe(&reads->ring, head, cqe)
	{
		int failed = uring_reads__take(reads, cqe);

		taken = taken ? taken : failed;
		count++;
	}
	io_uring_cq_advance(&reads->ring, count);
	return taken;
}

static int uring_reads__work(struct uring_reads *reads)
{
	int status = 0;

	for (;;) {
		if (reads->idle_count == DEPTH) {
			if (status || team_worker__stopped(reads->worker))
				return status;
			status = cure__next_pass(reads->worker, reads->pass);
		}
		/* After a failure the team is stopped: nothing new is handed in, what is out comes.
		 */
		uring_reads__fill(reads);
		if (reads->idle_count < DEPTH) {
			int failed = uring_reads__enter(reads);

			status = status ? status : failed;
		}
	}
}

static int uring_reads__open(struct uring_reads *reads)
{
	struct iovec buffers[DEPTH];
	int status;

	reads->buffers = aligned_alloc(URING_STEP, (size_t)DEPTH * URING_STEP);
	if (!reads->buffers)
		return uring_reads__fail(reads, -ENOMEM, "no memory to read into");
	for (int i = 0; i < DEPTH; i++) {
		buffers[i] = (struct iovec){reads->buffers + (size_t)i * URING_STEP, URING_STEP};
		reads->idle[reads->idle_count++] = i;
	}
	status = io_uring_queue_init(DEPTH, &reads->ring, 0);
	if (status)
		return uring_reads__fail(reads, status, "cannot make a ring of io_uring");
	status = io_uring_register_buffers(&reads->ring, buffers, DEPTH);
	if (!status)
		return 0;
	io_uring_queue_exit(&reads->ring);
	return uring_reads__fail(reads, status,
				 "cannot register buffers with io_uring (see ulimit -l)");
}

int uring_reads__run(struct team_worker *worker, struct pass *pass)
{
	struct uring_reads reads = {.worker = worker, .pass = pass};
	int status = uring_reads__open(&reads);

	if (!status) {
		status = uring_reads__work(&reads);
		io_uring_queue_exit(&reads.ring);
	}
	free(reads.buffers);
	return status;
}
