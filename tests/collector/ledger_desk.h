/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Open books over a desk, for tests that feed records by hand. */
#ifndef WALLFLAME_TESTS_COLLECTOR_LEDGER_DESK_H
#define WALLFLAME_TESTS_COLLECTOR_LEDGER_DESK_H

#include "desk.h"

#include "collector/books.h"

#define PID 100

struct ledger_desk {
	struct desk *desk;
	struct kallsyms *kallsyms;
	struct elf_reader *reader;
	struct modules *modules;
	struct books books;
};

/* cmocka setup and teardown: *state is a struct ledger_desk; its window begins at T0_NS. */
int ledger_desk__setup(void **state);
int ledger_desk__teardown(void **state);

/* Process PID is there before the window; so is this thread of it, in the given state. */
struct thread *ledger_desk__found(struct ledger_desk *ledger, pid_t tid, char letter,
				  int64_t syscall);
void ledger_desk__birth(struct ledger_desk *ledger, pid_t pid, pid_t tid, int64_t at_ns);
void ledger_desk__record(struct ledger_desk *ledger, const void *record, size_t size);
/* Writes everything; the books are closed then. */
struct rows ledger_desk__rows(struct ledger_desk *ledger);

/* A slot as the kernel half makes it. */
struct wf_thread slot__new(pid_t tid, int64_t made_ns, int64_t first_on_ns);
void slot__add(struct wf_thread *slot, uint32_t key, int64_t ns, int64_t runqueue_ns,
	       uint32_t count);
/* After it has been sent. */
void slot__empty(struct wf_thread *slot);

#endif
