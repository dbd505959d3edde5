/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Keeps a worker process that may be ended and had again at any time. Between this process, which
 * may have threads by then, and the worker stands a keeper: forked while there are none, it does
 * nothing but fork and end workers.
 */
#ifndef WALLFLAME_COLLECTOR_ELF_KEEPER_H
#define WALLFLAME_COLLECTOR_ELF_KEEPER_H

#include <stdint.h>
#include <sys/types.h>

struct elf_keeper;

struct elf_keeper_work {
	void (*prepare)(const void *ctx); /* in the keeper, once: what it sets, workers inherit */
	void (*work)(int socket, const void *ctx); /* in a worker, which ends when it returns */
	const void *ctx;
};

/*
 * To be called before this process has threads. Keeper and workers have no descriptors but their
 * sockets and /dev/null as their standard ones, ignore the signals of a terminal, and die with this
 * process. Returns 0 or a negative errno with *error malloc'ed.
 */
int elf_keeper__start(struct elf_keeper **out, const struct elf_keeper_work *work, char **error);
void elf_keeper__stop(struct elf_keeper *keeper); /* NULL is allowed */

/* Ends the worker and starts another: this process's end of its socket (SOCK_SEQPACKET), the
 * caller's to close; or a negative errno. */
int elf_keeper__new_worker(struct elf_keeper *keeper);
void elf_keeper__end_worker(struct elf_keeper *keeper);
/* The worker's number, 0 when there is none. */
pid_t elf_keeper__worker(const struct elf_keeper *keeper);
/* CPU time of all workers so far. */
int64_t elf_keeper__cpu_ns(const struct elf_keeper *keeper);

#endif
