// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/sleeper.h"

#include "bpf/records.h"

#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#define PAGE 4096
#define MOST_PAGES (WF_COPY_BYTES / PAGE + 1)

/* Reads from sp upwards, page by page: a part that cannot be read ends it, and does not undo what
 * was read before (process_vm_readv(2)). */
// NOLINTNEXTLINE(readability-non-const-parameter): the kernel writes to it
static size_t read_stack(pid_t pid, uint64_t sp, unsigned char *out)
{
	struct iovec local = {.iov_base = out, .iov_len = WF_COPY_BYTES}, remote[MOST_PAGES];
	size_t asked = 0, count = 0;
	ssize_t got;

	while (asked < WF_COPY_BYTES && count < MOST_PAGES) {
		uint64_t at = sp + asked;
		size_t rest = PAGE - at % PAGE;

		if (rest > WF_COPY_BYTES - asked)
			rest = WF_COPY_BYTES - asked;
		remote[count++] = (struct iovec){
			/* An address in another process. */
			.iov_base = (void *)at, // NOLINT(performance-no-int-to-ptr)
			.iov_len = rest,
		};
		asked += rest;
	}
	got = process_vm_readv(pid, &local, 1, remote, count, 0);
	return got > 0 ? (size_t)got : 0;
}

static bool still_sleeps(pid_t pid, pid_t tid, const struct procfs_sleep *sleep)
{
	struct procfs_sleep now;

	return !procfs__sleep(pid, tid, &now) && now.state == sleep->state && now.sp == sleep->sp &&
	       now.pc == sleep->pc && now.syscall == sleep->syscall;
}

store_id sleeper__stack(struct stack_table *stacks, struct sleeper_registers *registers,
			const struct process *process, pid_t tid, const struct procfs_sleep *sleep,
			int64_t time_ns)
{
	unsigned char bytes[WF_COPY_BYTES];
	struct user_copy copy = {.bytes = bytes};
	struct raw_stack raw = {
		.pid = process->pid,
		.space = process->space,
		.time_ns = time_ns,
		.user = &sleep->pc,
		.user_count = sleep->pc ? 1 : 0,
	};

	if (!sleeper_registers__read(registers, process->pid, tid, sleep, copy.registers)) {
		copy.registers[UNWIND_RSP] = sleep->sp;
		copy.registers[UNWIND_RIP] = sleep->pc;
		copy.unknown = ~(1U << UNWIND_RSP | 1U << UNWIND_RIP);
	}
	if (sleep->sp)
		copy.size = read_stack(process->pid, sleep->sp, bytes);
	copy.cut = copy.size == sizeof(bytes);
	if (copy.size && still_sleeps(process->pid, tid, sleep))
		raw.copy = &copy;
	return stack_table__intern_sleep(stacks, &raw, sleep->wchan);
}
