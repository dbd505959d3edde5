// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * What the calls that wait for events say of a regular file: epoll refuses it (file_can_poll, in
 * do_epoll_ctl, fs/eventpoll.c), select and poll find it ready at once, whether its pages are in
 * memory or not (vfs_poll, include/linux/poll.h, DEFAULT_POLLMASK). So no thread can wait for a
 * file by events, and none sleeps here.
 */
#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include "workloads/clock.h"
#include "workloads/nameless.h"
#include "workloads/workload.h"

/* Long enough to be seen as waiting, if one of them did. */
#define WAIT_MS 100

enum {
	EXTRA_EPOLL_NS,
	EXTRA_EPOLL_REFUSED,
	EXTRA_EPOLL_ACCEPTED,
	EXTRA_SELECT_NS,
	EXTRA_SELECT_READY,
	EXTRA_POLL_NS,
	EXTRA_POLL_READY,
};

static int epoll_file__epoll(struct team_worker *worker, int epoll, int file)
{
	struct epoll_event event = {.events = EPOLLIN};
	int64_t begin = clock__now();
	int result = epoll_ctl(epoll, EPOLL_CTL_ADD, file, &event);

	worker->extra[EXTRA_EPOLL_NS] += clock__now() - begin;
	if (result && errno != EPERM)
		return team_worker__fail(worker, "cannot ask epoll for a file");
	worker->extra[result ? EXTRA_EPOLL_REFUSED : EXTRA_EPOLL_ACCEPTED]++;
	if (!result)
		epoll_ctl(epoll, EPOLL_CTL_DEL, file, NULL);
	return 0;
}

static int epoll_file__select(struct team_worker *worker, int file)
{
	struct timeval wait = {.tv_usec = WAIT_MS * 1000L};
	int64_t begin;
	fd_set set;
	int ready;

	FD_ZERO(&set);
	FD_SET(file, &set);
	begin = clock__now();
	ready = select(file + 1, &set, NULL, NULL, &wait);
	worker->extra[EXTRA_SELECT_NS] += clock__now() - begin;
	if (ready < 0 && errno != EINTR)
		return team_worker__fail(worker, "cannot select a file");
	worker->extra[EXTRA_SELECT_READY] += ready == 1 && FD_ISSET(file, &set);
	return 0;
}

static int epoll_file__poll(struct team_worker *worker, int file)
{
	struct pollfd poll_fd = {.fd = file, .events = POLLIN};
	int64_t begin = clock__now();
	int ready = poll(&poll_fd, 1, WAIT_MS);

	worker->extra[EXTRA_POLL_NS] += clock__now() - begin;
	if (ready < 0 && errno != EINTR)
		return team_worker__fail(worker, "cannot poll a file");
	worker->extra[EXTRA_POLL_READY] += ready == 1 && (poll_fd.revents & POLLIN);
	return 0;
}

static int epoll_file__work(struct team_worker *worker)
{
	const int *file = worker->shared;
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	int status = 0;

	if (epoll < 0)
		return team_worker__fail(worker, "cannot make an epoll instance");
	while (!status && !team_worker__stopped(worker)) {
		int64_t begin = clock__now();

		status = epoll_file__epoll(worker, epoll, *file);
		if (!status)
			status = epoll_file__select(worker, *file);
		if (!status)
			status = epoll_file__poll(worker, *file);
		if (!status)
			team_worker__count(worker, begin, clock__now());
	}
	close(epoll);
	return status;
}

int epoll_file__run(struct workload_run *run, char **error)
{
	static const struct {
		const char *key;
		int extra;
	} figures[] = {
		{"epoll_refused", EXTRA_EPOLL_REFUSED},
		{"epoll_accepted", EXTRA_EPOLL_ACCEPTED},
		{"select_ready", EXTRA_SELECT_READY},
		{"poll_ready", EXTRA_POLL_READY},
		{"epoll_ctl_ns", EXTRA_EPOLL_NS},
		{"select_ns", EXTRA_SELECT_NS},
		{"poll_ns", EXTRA_POLL_NS},
	};
	struct team_totals totals = {0};
	struct team_plan plan;
	int file = nameless__open(run->options.dir, error);
	int status;

	if (file < 0)
		return file;
	plan = workload_run__plan(run, epoll_file__work, &file);
	status = team__run(&plan, &totals, error);
	close(file);
	if (status)
		return status;
	workload_run__report(run, &totals);
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++)
		workload_run__add_int(run, figures[i].key, totals.extra[figures[i].extra]);
	return 0;
}
