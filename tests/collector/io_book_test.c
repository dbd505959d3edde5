// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Counts of reads and writes of a process that does exactly what it is told, between two words. */
#include "desk.h"

#include "collector/io_book.h"
#include "collector/now.h"
#include "collector/procfs_io.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIECE 64
#define PIECES 100
#define NOBODY 65534
#define SAME_NUMBER_NS 1000000000LL /* a number is not given again sooner */

/* A process that reads when it is told to. A word costs it a read and a write of a byte. */
struct child {
	pid_t pid;
	int to, from;
};

static void *read_zeros(void *unused)
{
	char bytes[PIECE];
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);

	for (int i = 0; i < PIECES; i++)
		if (read(zero, bytes, sizeof(bytes)) != sizeof(bytes))
			_exit(1);
	close(zero);
	return unused;
}

static void in_a_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_zeros, NULL) || pthread_join(thread, NULL))
		_exit(1);
}

static void in_a_child(void)
{
	pid_t pid = fork();

	if (!pid) {
		read_zeros(NULL);
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		_exit(1);
}

static _Noreturn void obey(int from, int to)
{
	char word;

	while (read(from, &word, 1) == 1 && word != 'q') {
		if (word == 'r')
			read_zeros(NULL);
		if (word == 't')
			in_a_thread();
		if (word == 'c')
			in_a_child();
		if (write(to, &word, 1) != 1)
			_exit(1);
	}
	_exit(0);
}

static struct child start(void)
{
	struct child child;
	int to[2], from[2];

	assert_int_equal(pipe2(to, O_CLOEXEC), 0);
	assert_int_equal(pipe2(from, O_CLOEXEC), 0);
	child.pid = fork();
	if (!child.pid) {
		close(to[1]);
		close(from[0]);
		obey(to[0], from[1]);
	}
	assert_true(child.pid > 0);
	close(to[0]);
	close(from[1]);
	child.to = to[1];
	child.from = from[0];
	return child;
}

/* Until it sleeps in read(2) again: what it has done before is counted. */
static void settle(const struct child *child)
{
	struct procfs_sleep sleep = {0};

	while (procfs__sleep(child->pid, child->pid, &sleep) || sleep.state != 'S')
		g_usleep(100);
}

static void tell(const struct child *child, char word)
{
	char answer;

	assert_int_equal(write(child->to, &word, 1), 1);
	assert_int_equal(read(child->from, &answer, 1), 1);
	settle(child);
}

/* It stays a zombie. */
static void quit(struct child *child)
{
	siginfo_t info;

	assert_int_equal(write(child->to, "q", 1), 1);
	close(child->to);
	close(child->from);
	assert_int_equal(waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT), 0);
}

static const struct procfs_process program = {.parent = 1, .uid = 0, .comm = "program"};

/* All that a test works on: a child that is in a roster. */
struct bench {
	struct child child;
	struct roster *roster;
	struct io_book *book;
	struct process *process;
	struct thread *thread;
};

static struct bench set_up(const struct desk *desk)
{
	struct bench bench = {
		.child = start(),
		.roster = roster__new(desk->writer),
		.book = io_book__new(),
	};

	settle(&bench.child);
	bench.process = roster__add_process(bench.roster, bench.child.pid, &program);
	bench.thread = roster__thread(bench.roster, bench.child.pid, bench.child.pid, 0);
	roster__set_t0(bench.roster, T0_NS);
	assert_true(roster__id(bench.roster, bench.thread) > 0);
	return bench;
}

static void take_down(struct bench *bench)
{
	io_book__free(bench->book);
	roster__free(bench->roster);
}

static void assert_io(const struct store_io *io, int64_t calls, int64_t bytes, int64_t words)
{
	assert_int_equal(io->counts[IO_READ_CALLS], calls);
	assert_int_equal(io->counts[IO_READ_BYTES], bytes);
	assert_int_equal(io->counts[IO_WRITE_CALLS], words);
	assert_int_equal(io->counts[IO_WRITE_BYTES], words);
	assert_int_equal(io->counts[IO_DEVICE_READ_BYTES], 0);
}

static void every_call_counts(void **state)
{
	struct bench bench = set_up(*state);
	struct store_process_io process;
	struct store_io thread;

	tell(&bench.child, 'r'); /* before the window */
	io_book__begin(bench.book, bench.roster, T0_NS);
	tell(&bench.child, 'r');
	tell(&bench.child, 'r');
	assert_false(io_book__of_thread(bench.book, bench.thread, &thread));
	io_book__end(bench.book, bench.roster);
	assert_true(io_book__of_thread(bench.book, bench.thread, &thread));
	assert_io(&thread, 2 * PIECES + 2, 2 * PIECES * PIECE + 2, 2);
	assert_true(io_book__of_process(bench.book, bench.process, &process));
	assert_io(&process.io, 2 * PIECES + 2, 2 * PIECES * PIECE + 2, 2);
	assert_int_equal(process.process, bench.process->id);
	assert_int_equal(process.child_faults, 0);
	assert_int_equal(io_book__unread(bench.book, bench.roster), 0);
	quit(&bench.child);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	take_down(&bench);
}

/* Of threads that ended and children that were waited for only the process knows. */
static void the_process_keeps_what_others_did(void **state)
{
	static const struct {
		char word;
		bool children;
	} cases[] = {{'t', false}, {'c', true}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench bench = set_up(*state);
		struct store_process_io process;
		struct store_io thread;

		io_book__begin(bench.book, bench.roster, T0_NS);
		tell(&bench.child, cases[i].word);
		io_book__end(bench.book, bench.roster);
		assert_true(io_book__of_thread(bench.book, bench.thread, &thread));
		assert_io(&thread, 1, 1, 1);
		assert_true(io_book__of_process(bench.book, bench.process, &process));
		assert_io(&process.io, PIECES + 1, PIECES * PIECE + 1, 1);
		assert_int_equal(process.child_faults > 0, cases[i].children);
		quit(&bench.child);
		assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
		take_down(&bench);
	}
}

static void one_that_ended_is_read_until_it_is_waited_for(void **state)
{
	struct bench bench = set_up(*state);
	struct io_book *late = io_book__new();
	struct store_process_io process;
	struct store_io thread;

	io_book__begin(bench.book, bench.roster, T0_NS);
	io_book__begin(late, bench.roster, T0_NS);
	tell(&bench.child, 'r');
	tell(&bench.child, 't');
	quit(&bench.child);
	roster__end_thread(bench.roster, bench.thread, T0_NS + 1);
	io_book__end(bench.book, bench.roster);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	io_book__end(late, bench.roster);

	assert_true(io_book__of_thread(bench.book, bench.thread, &thread));
	assert_io(&thread, PIECES + 3, PIECES * PIECE + 3, 2); /* the last word has no answer */
	assert_true(io_book__of_process(bench.book, bench.process, &process));
	assert_io(&process.io, 2 * PIECES + 3, 2 * PIECES * PIECE + 3, 2);
	assert_int_equal(io_book__unread(bench.book, bench.roster), 0);
	assert_false(io_book__of_thread(late, bench.thread, &thread));
	assert_false(io_book__of_process(late, bench.process, &process));
	assert_int_equal(io_book__unread(late, bench.roster), 1);
	io_book__free(late);
	take_down(&bench);
}

/* Held open or not, it tells the same. (That others than root need it is tested by io.sh.) */
static void held_open_for_when_it_has_ended(void **state)
{
	static const bool holds[] = {false, true};

	for (size_t i = 0; i < G_N_ELEMENTS(holds); i++) {
		struct bench bench = set_up(*state);
		struct store_process_io process;
		struct store_io thread;

		if (holds[i])
			io_book__hold(bench.book, bench.roster, bench.child.pid);
		io_book__begin(bench.book, bench.roster, T0_NS);
		tell(&bench.child, 'r');
		quit(&bench.child);
		io_book__end(bench.book, bench.roster);
		assert_true(io_book__of_process(bench.book, bench.process, &process));
		assert_io(&process.io, PIECES + 2, PIECES * PIECE + 2, 1);
		assert_true(io_book__of_thread(bench.book, bench.thread, &thread));
		assert_io(&thread, PIECES + 2, PIECES * PIECE + 2, 1);
		assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
		take_down(&bench);
	}
}

/* The counts of one that has ended are its last; those of one that lives are not. */
static void one_that_ended_in_the_window(void **state)
{
	struct bench ended = set_up(*state), lives = set_up(*state);
	struct store_process_io process;
	struct store_io thread;

	io_book__begin(ended.book, ended.roster, T0_NS);
	io_book__begin(lives.book, lives.roster, T0_NS);
	io_book__read_ended(ended.book, ended.roster); /* not yet */
	tell(&ended.child, 'r');
	quit(&ended.child);
	io_book__read_ended(ended.book, ended.roster);
	io_book__read_ended(lives.book, lives.roster);
	assert_false(io_book__of_process(lives.book, lives.process, &process));
	assert_int_equal(waitpid(ended.child.pid, NULL, 0), ended.child.pid);
	io_book__read_ended(ended.book, ended.roster); /* nor any more */
	io_book__end(ended.book, ended.roster);
	assert_true(io_book__of_process(ended.book, ended.process, &process));
	assert_io(&process.io, PIECES + 2, PIECES * PIECE + 2, 1);
	assert_true(io_book__of_thread(ended.book, ended.thread, &thread));
	assert_io(&thread, PIECES + 2, PIECES * PIECE + 2, 1);
	quit(&lives.child);
	assert_int_equal(waitpid(lives.child.pid, NULL, 0), lives.child.pid);
	take_down(&ended);
	take_down(&lives);
}

/* Who was born in the window began with nothing; but it must be who was born then. */
static void born_in_the_window(void **state)
{
	static const struct {
		int64_t before_ns; /* that the roster has its birth too early */
		bool is_known;
	} cases[] = {{0, true}, {SAME_NUMBER_NS, false}};
	const struct desk *desk = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct roster *roster = roster__new(desk->writer);
		struct io_book *book = io_book__new();
		int64_t t0_ns = now__monotonic() - 2 * SAME_NUMBER_NS;
		int64_t born_ns = now__monotonic() - cases[i].before_ns;
		struct child child = start();
		struct process *process;
		struct thread *thread;
		struct store_process_io counts;
		struct store_io io;

		settle(&child);
		roster__set_t0(roster, t0_ns);
		io_book__begin(book, roster, t0_ns);
		process = roster__born_process(roster, child.pid, getpid(), born_ns);
		thread = roster__thread(roster, child.pid, child.pid, born_ns);
		assert_true(roster__id(roster, thread) > 0);
		tell(&child, 'r');
		io_book__end(book, roster);
		assert_int_equal(io_book__of_thread(book, thread, &io), cases[i].is_known);
		assert_int_equal(io_book__of_process(book, process, &counts), cases[i].is_known);
		if (cases[i].is_known) {
			assert_io(&io, PIECES + 1, PIECES * PIECE + 1, 1);
			assert_io(&counts.io, PIECES + 1, PIECES * PIECE + 1, 1);
		}
		assert_int_equal(io_book__unread(book, roster), !cases[i].is_known);
		quit(&child);
		assert_int_equal(waitpid(child.pid, NULL, 0), child.pid);
		io_book__free(book);
		roster__free(roster);
	}
}

/* There before the window, but not seen then: its counts begin with what nobody knows. */
static void not_seen_at_the_beginning(void **state)
{
	struct bench bench = set_up(*state);
	struct roster *nobody = roster__new(((struct desk *)*state)->writer);
	struct store_process_io process;
	struct store_io thread;

	io_book__begin(bench.book, nobody, T0_NS);
	tell(&bench.child, 'r');
	io_book__end(bench.book, bench.roster);
	assert_false(io_book__of_thread(bench.book, bench.thread, &thread));
	assert_false(io_book__of_process(bench.book, bench.process, &process));
	assert_int_equal(io_book__unread(bench.book, bench.roster), 1);
	quit(&bench.child);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	roster__free(nobody);
	take_down(&bench);
}

/* The number of a thread that had read much is now one's that has read less. */
static void counts_that_fall_are_not_taken(void **state)
{
	struct bench bench = set_up(*state);
	struct child other = start();
	struct store_io thread;

	settle(&other);
	tell(&bench.child, 'r');
	io_book__begin(bench.book, bench.roster, T0_NS);
	bench.process->pid = other.pid;
	roster__rename(bench.roster, bench.thread->tid, other.pid);
	io_book__end(bench.book, bench.roster);
	assert_false(io_book__of_thread(bench.book, bench.thread, &thread));
	quit(&bench.child);
	quit(&other);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	assert_int_equal(waitpid(other.pid, NULL, 0), other.pid);
	take_down(&bench);
}

/* The same when the other one has read more: it began later. */
static void counts_of_a_later_one_are_not_taken(void **state)
{
	struct bench bench = set_up(*state);
	struct store_io thread;
	struct child other;

	io_book__begin(bench.book, bench.roster, T0_NS);
	g_usleep(5UL * G_USEC_PER_SEC / (gulong)sysconf(_SC_CLK_TCK));
	other = start();
	settle(&other);
	tell(&other, 'r');
	bench.process->pid = other.pid;
	roster__rename(bench.roster, bench.thread->tid, other.pid);
	roster__end_thread(bench.roster, bench.thread, T0_NS + 1);
	io_book__end(bench.book, bench.roster);
	assert_false(io_book__of_thread(bench.book, bench.thread, &thread));
	quit(&bench.child);
	quit(&other);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	assert_int_equal(waitpid(other.pid, NULL, 0), other.pid);
	take_down(&bench);
}

/* The counts of a child that was waited for are its parent's, who is there. */
static void a_child_that_was_waited_for_is_not_lost(void **state)
{
	struct bench bench = set_up(*state);
	struct process *gone, *orphan;
	struct thread *thread;

	io_book__begin(bench.book, bench.roster, T0_NS);
	tell(&bench.child, 'c');
	gone = roster__born_process(bench.roster, 0x7ffffffe, bench.child.pid, T0_NS + 10);
	thread = roster__thread(bench.roster, gone->pid, gone->pid, T0_NS + 10);
	roster__id(bench.roster, thread);
	roster__end_thread(bench.roster, thread, T0_NS + 20);
	orphan = roster__born_process(bench.roster, 0x7ffffffd, gone->pid, T0_NS + 15);
	thread = roster__thread(bench.roster, orphan->pid, orphan->pid, T0_NS + 15);
	roster__id(bench.roster, thread);
	roster__end_thread(bench.roster, thread, T0_NS + 18);
	io_book__end(bench.book, bench.roster);
	assert_int_equal(io_book__unread(bench.book, bench.roster), 0);
	orphan->end_ns = T0_NS + 25; /* when its parent had ended */
	assert_int_equal(io_book__unread(bench.book, bench.roster), 1);
	quit(&bench.child);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	take_down(&bench);
}

/*
 * Nor found in its parent's: it has not been waited for. Nobody but root may read what it did; its
 * parent has been read before.
 */
static void a_child_that_is_still_there_is_lost(void **state)
{
	struct bench bench = set_up(*state);
	struct child other = start();
	struct process *child;
	struct thread *thread;

	io_book__begin(bench.book, bench.roster, T0_NS);
	tell(&bench.child, 'c');
	child = roster__born_process(bench.roster, other.pid, bench.child.pid, T0_NS + 10);
	thread = roster__thread(bench.roster, other.pid, other.pid, T0_NS + 10);
	roster__id(bench.roster, thread);
	quit(&bench.child);
	io_book__read_ended(bench.book, bench.roster);
	quit(&other);
	roster__end_thread(bench.roster, thread, T0_NS + 20);
	assert_int_equal(seteuid(NOBODY), 0);
	io_book__end(bench.book, bench.roster);
	assert_int_equal(seteuid(0), 0);
	assert_true(io_book__was_kept(bench.book, child));
	assert_false(io_book__was_kept(bench.book, bench.process));
	assert_int_equal(io_book__unread(bench.book, bench.roster), 1);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	assert_int_equal(waitpid(other.pid, NULL, 0), other.pid);
	take_down(&bench);
}

static int see_thread(void *ctx, const struct store_thread_io *row)
{
	assert_io(&row->io, PIECES + 1, PIECES * PIECE + 1, 1);
	++*(int *)ctx;
	return 0;
}

static int see_process(void *ctx, const struct store_process_io *row)
{
	assert_io(&row->io, PIECES + 1, PIECES * PIECE + 1, 1);
	++*(int *)ctx;
	return 0;
}

static void they_are_in_the_file(void **state)
{
	struct desk *desk = *state;
	struct bench bench = set_up(desk);
	struct store_reader *reader;
	int threads = 0, processes = 0;

	io_book__begin(bench.book, bench.roster, T0_NS);
	tell(&bench.child, 'r');
	io_book__end(bench.book, bench.roster);
	assert_int_equal(io_book__write(bench.book, bench.roster, desk->writer), 0);
	quit(&bench.child);
	assert_int_equal(waitpid(bench.child.pid, NULL, 0), bench.child.pid);
	take_down(&bench);
	reader = desk__read(desk);
	assert_int_equal(store_reader__each_thread_io(reader, see_thread, &threads), 0);
	assert_int_equal(store_reader__each_process_io(reader, see_process, &processes), 0);
	assert_int_equal(threads, 1);
	assert_int_equal(processes, 1);
	store_reader__close(reader);
}

static void nobody_of_that_number(void **state)
{
	struct procfs_io counts;
	int status = procfs_io__process(0x7fffffff, -1, &counts);

	(void)state;
	assert_int_equal(status, -ENOENT);
	assert_int_equal(procfs_io__thread(getpid(), 0x7fffffff, -1, &counts), -ENOENT);
	assert_int_equal(procfs_io__process(getpid(), -1, &counts), 0);
	assert_true(counts.began_ticks > 0);
	assert_int_equal(procfs_io__open(0x7fffffff, 0), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, desk__setup, desk__teardown)
		TEST(every_call_counts),
		TEST(the_process_keeps_what_others_did),
		TEST(one_that_ended_is_read_until_it_is_waited_for),
		TEST(held_open_for_when_it_has_ended),
		TEST(one_that_ended_in_the_window),
		TEST(born_in_the_window),
		TEST(not_seen_at_the_beginning),
		TEST(counts_that_fall_are_not_taken),
		TEST(counts_of_a_later_one_are_not_taken),
		TEST(a_child_that_was_waited_for_is_not_lost),
		TEST(a_child_that_is_still_there_is_lost),
		TEST(they_are_in_the_file),
		cmocka_unit_test(nobody_of_that_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
