// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The ranked causes, hot functions, locks, spans and stacks. */
#include "book.h"

#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define ENTRY "entry_SYSCALL_64_after_hwframe;do_syscall_64;"
#define INODE                                                                                   \
	"main;open64|" ENTRY "do_sys_openat2;path_openat;down_write;rwsem_down_write_slowpath;" \
	"schedule;__schedule"
#define MUTEX "main;pthread_mutex_lock|" ENTRY "do_futex;futex_wait;futex_do_wait;schedule"
#define FILL               \
	"main;read|" ENTRY \
	"vfs_read;filemap_read;filemap_get_pages;folio_wait_bit_common;io_schedule"

static void blocked(struct book *book, store_id thread, enum store_state state, int64_t nr,
		    const char *stack, enum store_lock lock, int64_t ns, int64_t runqueue)
{
	book__ledger(book, (struct store_ledger){thread, 1, state, nr, 29, 1, ns, runqueue});
	book__evidence(book,
		       (struct store_evidence){thread, 1, state, nr, 29, book__stack(book, stack),
					       lock, nr == SYS_futex ? FUTEX_WAIT : FUTEX_OP_NONE,
					       1, ns, runqueue, (double)ns, (double)runqueue});
}

static struct analysis *sample(struct book *book)
{
	store_id one = book__thread(book, 1), two = book__thread(book, 2);
	struct store_span span = {.thread = two,
				  .start_ns = T0,
				  .end_ns = T0 + 400000000,
				  .runqueue_ns = 5,
				  .state = STATE_INTERRUPTIBLE,
				  .syscall = SYS_futex,
				  .stack = book__stack(book, MUTEX)};
	store_id inode = book__stack(book, INODE);
	store_id other = book__stack(book,
				     "main|" ENTRY "vfs_write;ext4_buffered_write_iter;down_write;"
				     "rwsem_down_write_slowpath;__traceiter_contention_end");
	store_id table = book__stack(book, "main|" ENTRY "do_sys_openat2;alloc_fd;_raw_spin_lock;"
					   "native_queued_spin_lock_slowpath");

	blocked(book, one, STATE_UNINTERRUPTIBLE, SYS_openat, INODE, LOCK_RWSEM_WRITE, 300000000,
		100000000);
	blocked(book, two, STATE_INTERRUPTIBLE, SYS_futex, MUTEX, LOCK_NONE, 400000000, 0);
	blocked(book, two, STATE_IO_WAIT, SYS_read, FILL, LOCK_NONE, 200000000, 0);
	blocked(book, two, STATE_INTERRUPTIBLE, SYS_nanosleep, "main|hrtimer_nanosleep", LOCK_NONE,
		350000000, 0);
	store_writer__span(book->writer, &span);
	span.stack = 0;
	span.syscall = SYS_nanosleep;
	span.end_ns = T0 + 350000000;
	store_writer__span(book->writer, &span);
	store_writer__lock_wait(book->writer,
				&(struct store_lock_wait){one, 1, 0xffff888000000010,
							  LOCK_RWSEM_WRITE, 3, 300, 200});
	store_writer__lock_wait(
		book->writer,
		&(struct store_lock_wait){two, 1, 0xffff888000000010, LOCK_RWSEM_WRITE, 1, 50, 50});
	store_writer__lock_wait(book->writer,
				&(struct store_lock_wait){two, 1, 7, LOCK_SPIN, 9, 900, 100});
	store_writer__lock_wait(book->writer,
				&(struct store_lock_wait){two, 1, 8, LOCK_MUTEX, 1, 1, 1});
	store_writer__lock_evidence(
		book->writer, &(struct store_lock_evidence){one, 1, 0xffff888000000010,
							    LOCK_RWSEM_WRITE, inode, 1, 100, 100});
	store_writer__lock_evidence(
		book->writer, &(struct store_lock_evidence){two, 1, 0xffff888000000010,
							    LOCK_RWSEM_WRITE, other, 1, 50, 150});
	store_writer__lock_evidence(
		book->writer, &(struct store_lock_evidence){two, 1, 7, LOCK_SPIN, table, 1, 9, 9});
	store_writer__loss(book->writer, "stacks", 3, "drawn, but there was no room");
	store_writer__cost(book->writer, "cpu", 12, "ns");
	return book__analyze(book);
}

static void causes_are_ranked(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = sample(book);

	(void)state;
	assert_string_equal(analysis->causes[0].path, "lock/futex");
	assert_string_equal(analysis->causes[1].path, "lock/inode");
	assert_near(analysis->causes[0].share, 0.2);
	assert_string_equal(analysis->headlines[HEADLINE_LOCK].path, "lock");
	assert_near(analysis->headlines[HEADLINE_LOCK].time.ns, 700000000);
	assert_near(analysis->headlines[HEADLINE_SWITCHING].time.ns, 100000000);
	assert_near(analysis->headlines[HEADLINE_PAGE_CACHE].share, 0.1);
	assert_near(analysis->headlines[HEADLINE_FD_ALLOCATION].time.ns, 0);
	for (size_t i = 1; i < analysis->cause_count; i++)
		assert_true(analysis->causes[i].idle >= analysis->causes[i - 1].idle);
	assert_string_equal(analysis->causes[analysis->cause_count - 3].path, "idle/sleep");
	analysis__free(analysis);
	book__free(book);
}

static void functions_have_times_and_symbols(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = sample(book);
	const struct function_row *row = function_of(analysis, "inode-lock");

	(void)state;
	assert_int_equal(analysis->function_count, 6);
	assert_string_equal(row->symbol, "rwsem_down_write_slowpath");
	assert_string_equal(row->lock, "rwsem-write");
	assert_int_equal(row->calls, -1);
	assert_near(row->blocked.ns, 400000000); /* with the wait for a CPU after it */
	assert_near(row->wall_share, 0.2);
	assert_near(row->blocked_share, 0.4 / 1.35);
	row = function_of(analysis, "openat");
	assert_string_equal(row->symbol, "path_openat");
	assert_near(row->wall.ns, 400000000);
	row = function_of(analysis, "futex-wait");
	assert_string_equal(row->symbol, "futex_do_wait");
	assert_string_equal(row->lock, "futex");
	assert_int_equal(row->calls, 1);
	assert_near(row->blocked.ns, 400000000);
	assert_int_equal(row->blocked.basis, BASIS_EXACT);
	row = function_of(analysis, "page-cache-fill");
	assert_near(row->wall.ns, 200000000);
	row = function_of(analysis, "dput");
	assert_null(row->symbol);
	assert_near(row->wall.ns, 0);
	analysis__free(analysis);
	book__free(book);
}

static void locks_are_told_by_their_callers(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = sample(book);
	const struct lock_row *row = &analysis->locks[0];

	(void)state;
	assert_int_equal(analysis->lock_count, 3);
	assert_string_equal(row->kind, "spinlock");
	assert_string_equal(row->cause, "fd-allocation/table-lock");
	assert_string_equal(row->where, "alloc_fd");
	assert_int_equal(row->count, 9);
	row++;
	assert_string_equal(row->kind, "rwsem-write");
	assert_true(row->address == 0xffff888000000010);
	assert_string_equal(row->cause, "lock/inode");
	assert_string_equal(row->where, "ext4_buffered_write_iter"); /* the heavier of two */
	assert_int_equal(row->count, 4);
	assert_int_equal(row->ns, 350);
	assert_int_equal(row->max_ns, 200);
	assert_int_equal(row->threads, 2);
	row++;
	assert_null(row->where);
	assert_null(row->cause);
	analysis__free(analysis);
	book__free(book);
}

static void spans_losses_and_costs(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = sample(book);

	(void)state;
	assert_int_equal(analysis->span_count, 2);
	assert_string_equal(analysis->spans[0].cause, "lock/futex"); /* by its draw's operation */
	assert_string_equal(analysis->spans[0].syscall, "futex");
	assert_int_equal(analysis->spans[0].thread, 1);
	assert_string_equal(analysis->spans[1].cause, "idle/sleep");
	assert_int_equal(analysis->loss_count, 1);
	assert_string_equal(analysis->losses[0].name, "stacks");
	assert_int_equal(analysis->losses[0].value, 3);
	assert_string_equal(analysis->costs[0].unit, "ns");
	analysis__free(analysis);
	book__free(book);
}

static void stacks_are_given_root_first(void **state)
{
	struct book *book = book__open(1);
	store_id stack = book__stack(book, "main;?;read|do_syscall_64;vfs_read");
	store_id module, frame, leaf;
	const struct frame_row *const *frames;
	struct analysis *analysis;
	size_t count;

	(void)state;
	assert_int_equal(store_writer__module(
				 book->writer,
				 &(struct store_module){MODULE_FILE, "/lib/x.so", NULL}, &module),
			 0);
	assert_int_equal(store_writer__frame(book->writer,
					     &(struct store_frame){.kind = FRAME_USER,
								   .module = module,
								   .offset = 0x1234},
					     &frame),
			 0);
	assert_int_equal(
		store_writer__stack(book->writer, &(struct store_stack){stack, frame}, &leaf), 0);
	analysis = book__analyze(book);
	frames = analysis__stack(analysis, leaf, &count);
	assert_int_equal(count, 6);
	assert_string_equal(frames[0]->name, "main");
	assert_string_equal(frames[1]->name, "0x10");
	assert_string_equal(frames[4]->name, "vfs_read");
	assert_string_equal(frames[4]->module, "[kernel]");
	assert_string_equal(frames[5]->name, "x.so+0x1234");
	assert_string_equal(frames[5]->module, "/lib/x.so");
	assert_ptr_equal(frames, analysis__stack(analysis, leaf, &count));
	analysis__free(analysis);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_are_ranked),
		cmocka_unit_test(functions_have_times_and_symbols),
		cmocka_unit_test(locks_are_told_by_their_callers),
		cmocka_unit_test(spans_losses_and_costs),
		cmocka_unit_test(stacks_are_given_root_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
