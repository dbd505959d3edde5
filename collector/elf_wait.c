// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_wait.h"

#include "collector/now.h"
#include "collector/procfs.h"

#include <errno.h>
#include <glib.h>
#include <poll.h>
#include <unistd.h>

#define SHORT_NS 1000000LL /* such a wait is not looked into */
#define LEAST_NS 10000000LL

static int64_t delays_of(pid_t worker)
{
	int64_t own = procfs__run_delay(getpid(), gettid());
	int64_t other = procfs__run_delay(worker, worker);

	return MAX(own, 0) + MAX(other, 0);
}

/* What of a wait is the file's. The kernel books a delay when it is over: of a worker that wants a
 * CPU at this moment, what it had counts. */
static int64_t share_of(struct elf_wait *wait, int64_t waited_ns, int64_t cpu_ns, bool is_over)
{
	pid_t worker = elf_keeper__worker(wait->keeper);
	int64_t delays_ns = delays_of(worker);
	int64_t delay_ns = MAX(delays_ns - wait->delays_ns, 0);

	wait->delays_ns = delays_ns;
	waited_ns = MAX(waited_ns - delay_ns, 0);
	if (!is_over && procfs__state(worker, worker) == 'R')
		waited_ns = MIN(waited_ns, cpu_ns);
	return waited_ns;
}

int elf_wait__for(struct elf_wait *wait, int socket, int64_t *spent_ns)
{
	struct pollfd answer = {.fd = socket, .events = POLLIN};
	int got = 0;

	while (got <= 0 && *spent_ns < wait->limit_ns) {
		struct timespec left = now__timespec(MAX(wait->limit_ns - *spent_ns, LEAST_NS));
		int64_t begin_ns = now__monotonic(), cpu_ns = elf_keeper__cpu_ns(wait->keeper);
		int64_t waited_ns;

		got = ppoll(&answer, 1, &left, NULL);
		waited_ns = now__monotonic() - begin_ns;
		cpu_ns = elf_keeper__cpu_ns(wait->keeper) - cpu_ns;
		*spent_ns += waited_ns < SHORT_NS ? waited_ns
						  : share_of(wait, waited_ns, cpu_ns, got > 0);
	}
	return got > 0 ? 0 : -ETIMEDOUT;
}
