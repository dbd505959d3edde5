// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/sleeper_registers.h"

#include "bpf/sleeper.skel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

struct sleeper_registers {
	struct sleeper_bpf *skeleton;
};

struct sleeper_registers *sleeper_registers__new(void)
{
	struct sleeper_registers *registers;
	struct sleeper_bpf *skeleton;

	libbpf_set_print(NULL);
	skeleton = sleeper_bpf__open_and_load();
	if (!skeleton)
		return NULL;
	registers = g_new0(struct sleeper_registers, 1);
	registers->skeleton = skeleton;
	return registers;
}

void sleeper_registers__free(struct sleeper_registers *registers)
{
	if (!registers)
		return;
	sleeper_bpf__destroy(registers->skeleton);
	g_free(registers);
}

bool sleeper_registers__read(struct sleeper_registers *registers, pid_t pid, pid_t tid,
			     const struct procfs_sleep *sleep, uint64_t out[UNWIND_REGISTERS])
{
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct sleeper_bpf__bss *shared;
	char path[64];
	int directory;
	bool found;

	if (!registers)
		return false;
	shared = registers->skeleton->bss;
	g_snprintf(path, sizeof(path), "/proc/%d/task/%d", pid, tid);
	directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory < 0)
		return false;
	shared->directory = (uint32_t)directory;
	shared->sp = sleep->sp;
	shared->ip = sleep->pc;
	found = !bpf_prog_test_run_opts(bpf_program__fd(registers->skeleton->progs.read_registers),
					&options) &&
		shared->found;
	close(directory);
	if (found)
		memcpy(out, shared->registers, sizeof(shared->registers));
	return found;
}
