// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_keeper.h"

#include "collector/elf_wire.h"
#include "collector/now.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <limits.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MS 10000 /* the keeper reads nothing hostile: this is for a stopped one */

struct elf_keeper {
	pid_t pid;
	int socket;
	pid_t worker; /* 0: none */
	int64_t ended_ns; /* CPU time of those before */
};

/* What is sent to the keeper; with a socket, the worker's end of it. Answered by the number of the
 * worker, 0 when there is none, or a negative errno. */
enum order {
	ORDER_END,
	ORDER_NEW,
};

static void die_with(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
}

/* It may have died already: until it is waited for, its number is nobody else's. */
static void end(pid_t *worker)
{
	if (*worker > 0) {
		kill(*worker, SIGKILL);
		waitpid(*worker, NULL, 0);
	}
	*worker = 0;
}

static int start(const struct elf_keeper_work *work, int control, int socket, pid_t *worker)
{
	pid_t keeper = getpid(), pid = fork();

	if (!pid) {
		die_with(keeper);
		close(control);
		work->work(socket, work->ctx);
		_exit(0);
	}
	if (pid < 0)
		return -errno;
	*worker = pid;
	return pid;
}

static void serve(const struct elf_keeper_work *work, int control)
{
	pid_t worker = 0;
	uint8_t order;
	int socket;

	while (elf_wire__receive(control, &order, sizeof(order), 0, &socket) == sizeof(order)) {
		int answer = 0;

		end(&worker);
		if (order == ORDER_NEW)
			answer = socket < 0 ? -EBADF : start(work, control, socket, &worker);
		if (socket >= 0)
			close(socket);
		if (elf_wire__send(control, &answer, sizeof(answer), -1))
			break;
	}
	end(&worker);
}

static void leave_terminal(void)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGPIPE, SIGXFSZ};
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		signal(signals[i], SIG_IGN);
	for (int i = 0; i < 3; i++)
		if (null < 0 || dup2(null, i) < 0)
			_exit(1);
}

/* close_range(2), Linux 5.9. */
static void close_others(int kept)
{
	if (kept > 3)
		syscall(SYS_close_range, 3, kept - 1, 0);
	syscall(SYS_close_range, kept + 1, UINT_MAX, 0);
}

static _Noreturn void be_keeper(const struct elf_keeper_work *work, int control, pid_t parent)
{
	leave_terminal();
	close_others(control);
	prctl(PR_SET_NAME, "wallflame-elf");
	work->prepare(work->ctx);
	/* After it: a change of credentials takes this back. */
	die_with(parent);
	serve(work, control);
	_exit(0);
}

int elf_keeper__start(struct elf_keeper **out, const struct elf_keeper_work *work, char **error)
{
	pid_t self = getpid(), pid;
	int ends[2], status = 0;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends)) {
		status = -errno;
		*error = g_strdup_printf("socketpair: %s", g_strerror(-status));
		return status;
	}
	pid = fork();
	if (!pid)
		be_keeper(work, ends[1], self);
	status = pid < 0 ? -errno : 0;
	close(ends[1]);
	if (status) {
		close(ends[0]);
		*error = g_strdup_printf("fork: %s", g_strerror(-status));
		return status;
	}
	*out = g_new(struct elf_keeper, 1);
	**out = (struct elf_keeper){.pid = pid, .socket = ends[0]};
	return 0;
}

pid_t elf_keeper__worker(const struct elf_keeper *keeper)
{
	return keeper->worker;
}

int64_t elf_keeper__cpu_ns(const struct elf_keeper *keeper)
{
	clockid_t clock;

	if (!keeper->worker || clock_getcpuclockid(keeper->worker, &clock))
		return keeper->ended_ns;
	return keeper->ended_ns + now__of(clock);
}

static int give_order(struct elf_keeper *keeper, uint8_t order, int socket)
{
	struct pollfd answer = {.fd = keeper->socket, .events = POLLIN};
	int status, got;

	/* While its number is still its own. */
	keeper->ended_ns = elf_keeper__cpu_ns(keeper);
	keeper->worker = 0;
	status = elf_wire__send(keeper->socket, &order, sizeof(order), socket);
	if (status)
		return status;
	do {
		got = poll(&answer, 1, ANSWER_MS);
	} while (got < 0 && errno == EINTR);
	if (got <= 0)
		return -ETIMEDOUT;
	if (elf_wire__receive(keeper->socket, &status, sizeof(status), MSG_DONTWAIT, NULL) !=
	    sizeof(status))
		return -EPIPE;
	keeper->worker = MAX(status, 0);
	return MIN(status, 0);
}

int elf_keeper__new_worker(struct elf_keeper *keeper)
{
	int ends[2], status;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		return -errno;
	status = give_order(keeper, ORDER_NEW, ends[1]);
	close(ends[1]);
	if (!status)
		return ends[0];
	close(ends[0]);
	return status;
}

void elf_keeper__end_worker(struct elf_keeper *keeper)
{
	give_order(keeper, ORDER_END, -1);
}

void elf_keeper__stop(struct elf_keeper *keeper)
{
	if (!keeper)
		return;
	elf_keeper__end_worker(keeper);
	/* Not by close(2): a command that is about to run may have the socket still. */
	shutdown(keeper->socket, SHUT_RDWR);
	close(keeper->socket);
	kill(keeper->pid, SIGKILL);
	waitpid(keeper->pid, NULL, 0);
	g_free(keeper);
}
