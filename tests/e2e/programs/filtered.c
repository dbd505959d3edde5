// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Sends datagrams to itself, each through a BPF program of its own, wf_spin, that takes a while: a
 * loop of as many rounds as the verifier follows.
 */
#include <linux/bpf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ROUNDS 100000

static int load_filter(void)
{
	/* BPF_ADD and BPF_K, for "by a number", are both 0. */
	static const struct bpf_insn program[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 1},
		{.code = BPF_ALU64 | BPF_ADD, .dst_reg = 1, .imm = 1},
		{.code = BPF_JMP | BPF_JLT | BPF_K, .dst_reg = 1, .off = -2, .imm = ROUNDS},
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = 65535},
		{.code = BPF_JMP | BPF_EXIT},
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (uintptr_t)program,
		.insn_cnt = sizeof(program) / sizeof(program[0]),
		.license = (uintptr_t) "GPL",
		.prog_name = "wf_spin",
	};

	return (int)syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
}

int main(void)
{
	int ends[2], filter = load_filter();
	char byte = 0;

	if (filter < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) ||
	    setsockopt(ends[1], SOL_SOCKET, SO_ATTACH_BPF, &filter, sizeof(filter))) {
		perror("filtered");
		return 1;
	}
	while (send(ends[0], &byte, 1, 0) == 1 && recv(ends[1], &byte, 1, 0) == 1)
		;
	return 1;
}
