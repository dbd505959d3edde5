// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "ledger_desk.h"

#include <string.h>

int ledger_desk__setup(void **state)
{
	static const struct procfs_process program = {.comm = "program", .uid = -1};
	struct ledger_desk *ledger = g_new0(struct ledger_desk, 1);
	static const struct elf_reader_options reading;
	char *error = NULL;
	void *desk;

	desk__setup(&desk);
	ledger->desk = desk;
	assert_int_equal(kallsyms__load(&ledger->kallsyms), 0);
	assert_int_equal(elf_reader__start(&ledger->reader, &reading, &error), 0);
	ledger->modules = modules__new(ledger->desk->writer, ledger->reader);
	ledger->books = (struct books){
		.window = {.t0_ns = T0_NS, .slice_ns = SLICE_NS},
		.roster = roster__new(ledger->desk->writer),
		.longest = longest__new(100),
	};
	ledger->books.stacks =
		stack_table__new(ledger->desk->writer, ledger->modules, ledger->kallsyms);
	ledger->books.tally = tally__new(ledger->desk->writer, ledger->books.roster);
	ledger->books.locks = lock_book__new(ledger->desk->writer, ledger->books.roster);
	ledger->books.calls = probe_book__new(ledger->desk->writer, ledger->books.roster);
	roster__add_process(ledger->books.roster, PID, &program);
	roster__set_t0(ledger->books.roster, T0_NS);
	*state = ledger;
	return 0;
}

int ledger_desk__teardown(void **state)
{
	struct ledger_desk *ledger = *state;
	void *desk = ledger->desk;

	longest__free(ledger->books.longest);
	lock_book__free(ledger->books.locks);
	probe_book__free(ledger->books.calls);
	tally__free(ledger->books.tally);
	stack_table__free(ledger->books.stacks);
	roster__free(ledger->books.roster);
	modules__free(ledger->modules);
	elf_reader__stop(ledger->reader);
	kallsyms__free(ledger->kallsyms);
	g_free(ledger);
	return desk__teardown(&desk);
}

struct thread *ledger_desk__found(struct ledger_desk *ledger, pid_t tid, char letter,
				  int64_t syscall)
{
	struct thread *thread = roster__thread(ledger->books.roster, PID, tid, 0);
	struct raw_stack raw = {.pid = PID};

	thread->snapshot = g_new0(struct thread_snapshot, 1);
	thread->snapshot->sleep.state = letter;
	thread->snapshot->sleep.in_syscall = syscall >= 0;
	thread->snapshot->sleep.syscall = syscall;
	if (letter != 'R') {
		thread->snapshot->stack =
			stack_table__intern_sleep(ledger->books.stacks, &raw, "do_wait");
		assert_true(thread->snapshot->stack > 0);
	}
	return thread;
}

void ledger_desk__record(struct ledger_desk *ledger, const void *record, size_t size)
{
	books__record(&ledger->books, record, size);
	assert_int_equal(ledger->books.status, 0);
}

void ledger_desk__birth(struct ledger_desk *ledger, pid_t pid, pid_t tid, int64_t at_ns)
{
	struct wf_birth birth = {
		.type = WF_RECORD_BIRTH,
		.tid = (uint32_t)tid,
		.tgid = (uint32_t)pid,
		.parent_tgid = PID,
		.time_ns = (uint64_t)at_ns,
	};

	ledger_desk__record(ledger, &birth, sizeof(birth));
}

struct rows ledger_desk__rows(struct ledger_desk *ledger)
{
	struct books *books = &ledger->books;

	assert_int_equal(books->status, 0);
	assert_int_equal(tally__flush(books->tally, SLICES), 0);
	assert_int_equal(lock_book__flush(books->locks, SLICES), 0);
	assert_int_equal(longest__write(books->longest, ledger->desk->writer, books->roster), 0);
	assert_int_equal(roster__finish(books->roster, T1_NS), 0);
	return desk__rows(ledger->desk);
}

struct wf_thread slot__new(pid_t tid, int64_t made_ns, int64_t first_on_ns)
{
	return (struct wf_thread){
		.type = WF_RECORD_THREAD,
		.tid = (uint32_t)tid,
		.tgid = PID,
		.start_ns = (uint64_t)made_ns,
		.first_on_ns = (uint64_t)first_on_ns,
		.slice_end_ns = T0_NS + SLICE_NS,
		.comm = "worker",
	};
}

void slot__add(struct wf_thread *slot, uint32_t key, int64_t ns, int64_t runqueue_ns,
	       uint32_t count)
{
	for (size_t i = 0; i < WF_STRATA; i++) {
		struct wf_stratum *stratum = &slot->strata[i];

		if (stratum->key && stratum->key != key)
			continue;
		stratum->key = key;
		stratum->count += count;
		stratum->ns += (uint64_t)ns;
		stratum->runqueue_ns += (uint64_t)runqueue_ns;
		return;
	}
	fail_msg("no place in the slot");
}

void slot__empty(struct wf_thread *slot)
{
	slot->flags = 0;
	slot->run_ns = 0;
	slot->run_count = 0;
	memset(slot->strata, 0, sizeof(slot->strata));
	memset(slot->spilled, 0, sizeof(slot->spilled));
}
