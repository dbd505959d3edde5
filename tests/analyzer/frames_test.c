// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Inlined calls as functions of their own, with their places in the source. */
#include "book.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#define ENTRY "entry_SYSCALL_64_after_hwframe;do_syscall_64;"
#define FUTEX ENTRY "__x64_sys_futex;do_futex;futex_wait;futex_wait_queue;schedule;__schedule"
#define SLOW ";down_write^__down_write;rwsem_down_write_slowpath^schedule"

/* A second of running or of blocking. */
static store_id spend(struct book *book, store_id thread, enum store_state state, int64_t syscall,
		      const char *text)
{
	bool running = state == STATE_RUNNING;
	struct store_ledger ledger = {.thread = thread,
				      .slice = 1,
				      .state = state,
				      .syscall = running ? SYSCALL_NONE : syscall,
				      .class = running ? 0 : 29,
				      .count = 1,
				      .ns = SECOND};
	struct store_evidence evidence = {.thread = thread,
					  .slice = 1,
					  .state = state,
					  .syscall = ledger.syscall,
					  .class = ledger.class,
					  .stack = book__stack(book, text),
					  .futex_op = FUTEX_OP_NONE,
					  .count = 1,
					  .ns = SECOND,
					  .weight = SECOND};

	book__ledger(book, ledger);
	book__evidence(book, evidence);
	return evidence.stack;
}

/* "name file:line" of each, inlined ones in braces. */
static char *shown(const struct analysis *analysis, store_id stack)
{
	GString *text = g_string_new(NULL);
	size_t count;
	const struct frame_row *const *rows = analysis__stack(analysis, stack, &count);

	for (size_t i = 0; i < count; i++) {
		g_string_append_printf(text, i ? "; %s%s" : "%s%s", rows[i]->inlined ? "{" : "",
				       rows[i]->name);
		if (rows[i]->file)
			g_string_append_printf(text, " %s:%u", rows[i]->file, rows[i]->line);
		if (rows[i]->inlined)
			g_string_append_c(text, '}');
	}
	return g_string_free(text, FALSE);
}

static void a_frame_is_all_its_functions(void **state)
{
	static const char expected[] = "main; work caller.c:100; {step inlined.h:101}; {add "
				       "inlined.h:102}; leaf; vfs_read caller.c:100; {security "
				       "inlined.h:101}";
	struct book *book = book__open(1);
	store_id stack = spend(book, book__thread(book, 1), STATE_RUNNING, 0,
			       "main;work^step^add;leaf|vfs_read^security");
	struct analysis *analysis = book__analyze(book);
	const struct frame_row *const *rows;
	size_t count;
	char *text = shown(analysis, stack);

	(void)state;
	assert_string_equal(text, expected);
	rows = analysis__stack(analysis, stack, &count);
	assert_int_equal(count, 7);
	assert_int_equal(rows[3]->kind, FRAME_USER);
	assert_int_equal(rows[6]->kind, FRAME_KERNEL);
	assert_string_equal(rows[6]->module, "[kernel]");
	g_free(text);
	analysis__free(analysis);
	book__free(book);
}

/* Their places are not known; and of one that has no name only where the frame is. */
static void what_is_not_known_is_left_out(void **state)
{
	struct book *book = book__open(1);
	store_id stack = spend(book, book__thread(book, 1), STATE_RUNNING, 0, "?;main");
	struct analysis *analysis;
	char *text;

	(void)state;
	assert_int_equal(store_writer__frame_inline(book->writer, 1, 1, "", NULL, 7), 0);
	assert_int_equal(store_writer__frame_inline(book->writer, 1, 2, "f", "f.h", 0), 0);
	assert_int_equal(store_writer__frame_line(book->writer, 2, "main.c", 0), 0);
	analysis = book__analyze(book);
	text = shown(analysis, stack);
	assert_string_equal(text, "0x10; {0x10}; {f f.h:0}; main main.c:0");
	g_free(text);
	analysis__free(analysis);
	book__free(book);
}

/* What was inlined counts as if it had been called. No operation of futex(2) is known here. */
static const struct {
	const char *cause;
	enum store_state state;
	int syscall;
	const char *stack;
} examples[] = {
	{"lock/futex", STATE_INTERRUPTIBLE, SYS_futex,
	 "start_thread;worker^std::sys::sync::mutex::futex::Mutex::lock;syscall|" FUTEX},
	{"lock/futex", STATE_INTERRUPTIBLE, SYS_futex,
	 "start_thread;worker^std::sync::Condvar::wait^std::sys::sync::mutex::futex::Mutex::"
	 "lock_contended;syscall|" FUTEX},
	{"lock/futex", STATE_INTERRUPTIBLE, SYS_futex,
	 "worker^parking_lot::raw_mutex::RawMutex::lock_slow^parking_lot_core::park;"
	 "syscall|" FUTEX},
	{"idle/park", STATE_INTERRUPTIBLE, SYS_futex,
	 "pthread_mutex_lock^work^std::thread::park;syscall|" FUTEX},
	{"lock/dentry", STATE_RUNNING, 0,
	 "main|" ENTRY "do_sys_openat2;do_filp_open;path_openat;"
	 "lookup_fast^__d_lookup_rcu^lockref_get_not_dead"},
	{"fd-allocation/bitmap", STATE_RUNNING, 0,
	 "main|" ENTRY "do_sys_openat2^get_unused_fd_flags^alloc_fd^find_next_fd"},
	{"page-cache/mmap-fault", STATE_IO_WAIT, 0,
	 "main|pipe_read^asm_exc_page_fault^filemap_fault;schedule;__schedule"},
};

static void rules_see_inlined_functions(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		struct book *book = book__open(1);
		struct analysis *analysis;

		spend(book, book__thread(book, 1), examples[i].state, examples[i].syscall,
		      examples[i].stack);
		analysis = book__analyze(book);
		if (cause_of(analysis, examples[i].cause)->time.ns < SECOND - 1)
			fail_msg("not %s: %s", examples[i].cause, examples[i].stack);
		analysis__free(analysis);
		book__free(book);
	}
}

/* Where a function is asked for, an inlined one is an answer. */
static void inlined_functions_are_found(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id stack = spend(book, thread, STATE_UNINTERRUPTIBLE, SYS_openat,
			       "main;open64|" ENTRY
			       "do_sys_openat2^path_openat^open_last_lookups" SLOW);
	struct analysis *analysis;

	(void)state;
	store_writer__lock_wait(book->writer,
				&(struct store_lock_wait){thread, 1, 7, LOCK_RWSEM_WRITE, 1, 9, 9});
	store_writer__lock_evidence(
		book->writer,
		&(struct store_lock_evidence){thread, 1, 7, LOCK_RWSEM_WRITE, stack, 1, 9, 9});
	analysis = book__analyze(book);
	assert_near(cause_of(analysis, "lock/inode")->time.ns, SECOND);
	assert_string_equal(analysis->locks[0].where, "open_last_lookups");
	assert_string_equal(analysis->locks[0].cause, "lock/inode");
	assert_string_equal(function_of(analysis, "openat")->symbol, "path_openat");
	assert_string_equal(function_of(analysis, "inode-lock")->symbol,
			    "rwsem_down_write_slowpath");
	analysis__free(analysis);
	book__free(book);
}

/* The deepest that a capture may hold: more is no stack of a program. */
static void depth_has_an_end(void **state)
{
	enum { FITS = 65536 / (STORE_INLINE_MAX + 1) };

	(void)state;
	for (int over = 0; over < 2; over++) {
		struct book *book = book__open(1);
		struct store_stack row = {.frame = 1};
		store_id parent = spend(book, book__thread(book, 1), STATE_RUNNING, 0, "f");
		struct analysis *analysis;
		char *error = NULL;
		size_t count;

		for (int depth = 1; depth <= STORE_INLINE_MAX; depth++)
			assert_int_equal(
				store_writer__frame_inline(book->writer, 1, depth, "g", NULL, 0),
				0);
		for (int i = 1; i < FITS + over; i++) {
			row.parent = parent;
			assert_int_equal(store_writer__stack(book->writer, &row, &parent), 0);
		}
		book__close(book);
		assert_true((analysis__load(&analysis, book->path, &error) != 0) == over);
		if (over) {
			assert_non_null(strstr(error, "has more than 65536 frames"));
		} else {
			assert_non_null(analysis__stack(analysis, parent, &count));
			assert_int_equal(count, 65536);
		}
		free(error);
		analysis__free(analysis);
		book__free(book);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_is_all_its_functions),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(rules_see_inlined_functions),
		cmocka_unit_test(inlined_functions_are_found),
		cmocka_unit_test(depth_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
