// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The reader on this program, its C library and the vDSO; and what it does when its worker dies,
 * stalls, or gets what is no ELF file. */
#include "elf_desk.h"

#include "collector/now.h"
#include "collector/procfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

__attribute__((noinline)) int wallflame_test_landmark(int x);
int wallflame_test_landmark(int x)
{
	return x * 3 + 1;
}

/* Where an address of this process comes from. */
struct place {
	uint64_t address;
	uint64_t offset;
	char path[4096];
};

static int match(void *ctx, const struct procfs_mapping *mapping)
{
	struct place *place = ctx;

	if (place->address < mapping->start || place->address >= mapping->end)
		return 0;
	place->offset = place->address - mapping->start + mapping->offset;
	g_strlcpy(place->path, mapping->path, sizeof(place->path));
	return 1;
}

static struct place place_of(uintptr_t address)
{
	struct place place = {.address = address};

	assert_int_equal(procfs__each_mapping(getpid(), getpid(), match, &place), 1);
	return place;
}

static struct elf_file *open_place(struct elf_reader *reader, const struct place *place)
{
	int fd = open(place->path, O_RDONLY | O_CLOEXEC);
	struct elf_file *file = elf_reader__open(reader, place->path, fd);

	assert_true(fd >= 0);
	close(fd); /* it has its own */
	assert_non_null(file);
	return file;
}

static void assert_found(const struct place *place, const char *name)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct elf_file *file = open_place(reader, place);
	const char *id = elf_file__build_id(file);
	struct unwind_rule rule;
	char *names = elf_desk__names(file, place->offset);
	char *inside = g_strdup_printf("%s+1", name);

	assert_memory_equal(names, name, strlen(name));
	g_free(names);
	names = elf_desk__names(file, place->offset + 1);
	assert_memory_equal(names, inside, strlen(inside));
	g_free(names);
	g_free(inside);
	elf_desk__assert_names(file, 1ULL << 50, "-");
	elf_desk__assert_names(file, UINT64_MAX, "-");
	assert_int_equal(strspn(id, "0123456789abcdef"), strlen(id));
	assert_false(elf_file__has_frame_pointers(file));
	assert_false(elf_file__is_refused(file));

	/* Just after the call that led here. */
	assert_int_equal(elf_file__rule(file, place->offset, &rule), 0);
	assert_int_equal(rule.cfa.how, UNWIND_REGISTER);
	assert_int_equal(rule.cfa.reg, UNWIND_RSP);
	assert_int_equal(rule.cfa.offset, 8);
	assert_int_equal(rule.registers[UNWIND_RIP].how, UNWIND_AT_CFA);
	assert_int_equal(rule.registers[UNWIND_RIP].offset, -8);
	assert_int_equal(elf_file__rule(file, UINT64_MAX, &rule), -ENOENT);
	assert_int_equal(elf_file__rule(file, 0, &rule), -ENOENT);
	elf_reader__stop(reader);
}

static void own_function(void **state)
{
	struct place place = place_of((uintptr_t)wallflame_test_landmark);

	(void)state;
	assert_int_equal(wallflame_test_landmark(1), 4);
	assert_found(&place, "wallflame_test_landmark");
}

static void function_of_the_c_library(void **state)
{
	struct place place = place_of((uintptr_t)getppid);

	(void)state;
	assert_found(&place, "getppid");
}

struct seen {
	size_t visited;
	bool clock;
};

static int look_for_clock(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	struct seen *seen = ctx;

	assert_int_equal(index, seen->visited++);
	seen->clock |= count && strstr(names[0].symbol, "clock_gettime") && !names[0].symbol_offset;
	return 0;
}

/* All offsets: more than go into one request. */
static void functions_of_the_vdso(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct elf_file *file = elf_reader__open_vdso(reader);
	static uint64_t offsets[0x4000];
	struct seen seen = {0};

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++)
		offsets[i] = i;
	assert_int_equal(
		elf_file__names(file, offsets, G_N_ELEMENTS(offsets), look_for_clock, &seen), 0);
	assert_int_equal(seen.visited, G_N_ELEMENTS(offsets));
	assert_true(seen.clock);
	elf_reader__stop(reader);
}

static int stop_at_five(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	(void)names;
	(void)count;
	++*(size_t *)ctx;
	return index == 5 ? 77 : 0;
}

static void visit_that_has_enough(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct place place = place_of((uintptr_t)wallflame_test_landmark);
	struct elf_file *file = open_place(reader, &place);
	uint64_t offsets[6000];
	size_t visited = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++)
		offsets[i] = place.offset + i % 4;
	assert_int_equal(
		elf_file__names(file, offsets, G_N_ELEMENTS(offsets), stop_at_five, &visited), 77);
	assert_int_equal(visited, 6);
	/* Nothing of the answer is left behind. */
	elf_desk__assert_names(file, UINT64_MAX, "-");
	elf_reader__stop(reader);
}

static int count_visits(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	(void)index;
	(void)names;
	(void)count;
	++*(size_t *)ctx;
	return 0;
}

static void assert_refused(struct elf_file *file)
{
	struct unwind_rule rule;
	uint64_t offset = 0;
	size_t visited = 0;

	assert_true(elf_file__is_refused(file));
	assert_true(elf_file__rule(file, offset, &rule) < 0);
	assert_true(elf_file__names(file, &offset, 1, count_visits, &visited) < 0);
	assert_int_equal(visited, 0);
}

static pid_t worker_of_this(void)
{
	return elf_desk__child_of(elf_desk__child_of(getpid()));
}

/* The file that was asked about is given up, the others are opened again. */
static void worker_that_is_killed(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct place own = place_of((uintptr_t)wallflame_test_landmark);
	struct place libc = place_of((uintptr_t)getppid);
	struct elf_file *victim = open_place(reader, &own), *other = open_place(reader, &libc);
	struct unwind_rule rule;
	pid_t worker = worker_of_this();
	int64_t cpu_ns = elf_reader__cpu_ns(reader);
	char *names;

	(void)state;
	assert_true(worker > 0);
	assert_true(cpu_ns > 0);
	assert_int_equal(kill(worker, SIGKILL), 0);
	assert_true(elf_file__rule(victim, own.offset, &rule) < 0);
	assert_refused(victim);
	assert_int_equal(elf_file__rule(other, libc.offset, &rule), 0);
	assert_false(elf_file__is_refused(other));
	names = elf_desk__names(other, libc.offset);
	assert_memory_equal(names, "getppid", strlen("getppid"));
	g_free(names);
	assert_true(worker_of_this() != worker);
	/* What the first one has taken still counts. */
	cpu_ns = elf_reader__cpu_ns(reader) - cpu_ns;
	assert_true(cpu_ns > 0);
	/* A second time, while it is asked for names. */
	assert_int_equal(kill(worker_of_this(), SIGSEGV), 0);
	size_t visited = 0;
	assert_true(elf_file__names(other, &libc.offset, 1, count_visits, &visited) < 0);
	assert_refused(other);
	elf_reader__stop(reader);
}

static void worker_that_stalls(void **state)
{
	const struct elf_reader_options options = {.time_limit_ns = 200000000};
	struct elf_reader *reader = elf_desk__start(&options);
	struct place own = place_of((uintptr_t)wallflame_test_landmark);
	struct place libc = place_of((uintptr_t)getppid);
	struct elf_file *victim = open_place(reader, &own), *other;
	struct unwind_rule rule;
	pid_t worker = worker_of_this();

	(void)state;
	assert_int_equal(kill(worker, SIGSTOP), 0);
	assert_int_equal(elf_file__rule(victim, own.offset, &rule), -ETIMEDOUT);
	assert_refused(victim);
	assert_int_equal(kill(worker, 0), -1);
	other = open_place(reader, &libc);
	assert_int_equal(elf_file__rule(other, libc.offset, &rule), 0);
	elf_reader__stop(reader);
}

/* Keeps the worker's CPU busy until the answer is there. */
static gpointer hog(gpointer data)
{
	const volatile bool *answered = data;
	cpu_set_t first;

	CPU_ZERO(&first);
	CPU_SET(0, &first);
	assert_int_equal(sched_setaffinity(0, sizeof(first), &first), 0);
	while (!*answered)
		;
	return NULL;
}

/* It gets a CPU for a small part of the time, and so takes more than the limit. */
static void worker_without_a_cpu(void **state)
{
	const struct elf_reader_options options = {.time_limit_ns = 20000000};
	struct elf_reader *reader = elf_desk__start(&options);
	struct elf_file *file = elf_reader__open_vdso(reader);
	pid_t worker = worker_of_this();
	volatile bool answered = false;
	struct unwind_rule rule;
	cpu_set_t first;
	GThread *thread;
	int64_t begin_ns;
	int status;

	(void)state;
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	assert_int_equal(sched_setaffinity(worker, sizeof(first), &first), 0);
	assert_int_equal(setpriority(PRIO_PROCESS, (id_t)worker, 19), 0);
	thread = g_thread_new("hog", hog, (gpointer)&answered);
	begin_ns = now__monotonic();
	do {
		status = elf_file__rule(file, 0, &rule);
	} while (status == -ENOENT && now__monotonic() - begin_ns < 5 * options.time_limit_ns);
	answered = true;
	g_thread_join(thread);
	assert_int_equal(status, -ENOENT);
	assert_false(elf_file__is_refused(file));
	elf_reader__stop(reader);
}

static void keeper_that_is_killed(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct place own = place_of((uintptr_t)wallflame_test_landmark);
	struct elf_file *file = open_place(reader, &own);
	pid_t keeper = elf_desk__child_of(getpid()), worker = elf_desk__child_of(keeper);
	struct unwind_rule rule;

	(void)state;
	assert_int_equal(kill(keeper, SIGKILL), 0);
	/* Its worker dies with it. */
	for (int i = 0; i < 10000 && !kill(worker, 0) && procfs__state(worker, worker) != 'Z'; i++)
		usleep(1000);
	assert_true(kill(worker, 0) || procfs__state(worker, worker) == 'Z');
	assert_true(elf_file__rule(file, own.offset, &rule) < 0);
	assert_refused(file);
	elf_reader__stop(reader);
}

/* The signals of a terminal go to all of its processes. */
static void signals_of_a_terminal(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct place own = place_of((uintptr_t)wallflame_test_landmark);
	struct elf_file *file = open_place(reader, &own);
	pid_t keeper = elf_desk__child_of(getpid()), worker = elf_desk__child_of(keeper);
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct unwind_rule rule;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++) {
		assert_int_equal(kill(keeper, signals[i]), 0);
		assert_int_equal(kill(worker, signals[i]), 0);
	}
	assert_int_equal(elf_file__rule(file, own.offset, &rule), 0);
	elf_reader__stop(reader);
	assert_int_equal(elf_desk__child_of(getpid()), 0);
	assert_int_equal(kill(worker, 0), -1);
}

static char *status_line(pid_t pid, const char *key)
{
	char *path = g_strdup_printf("/proc/%d/status", pid), *text, *line, *value;

	assert_true(g_file_get_contents(path, &text, NULL, NULL));
	line = strstr(text, key);
	assert_non_null(line);
	value = g_strndup(line + strlen(key), strcspn(line, "\n") - strlen(key));
	g_free(text);
	g_free(path);
	return g_strstrip(value);
}

static void what_a_worker_may(void **state)
{
	struct elf_reader *reader = elf_desk__start(NULL);
	struct place own = place_of((uintptr_t)wallflame_test_landmark);
	pid_t worker;
	char *value;

	(void)state;
	open_place(reader, &own);
	worker = worker_of_this();
	value = status_line(worker, "NoNewPrivs:");
	assert_string_equal(value, "1");
	g_free(value);
	value = status_line(worker, "CapEff:");
	/* CAP_DAC_READ_SEARCH at most */
	assert_int_equal(strtoull(value, NULL, 16) & ~4ULL, 0);
	g_free(value);
	if (!geteuid()) {
		value = status_line(worker, "Uid:");
		assert_string_equal(value, "65534\t65534\t65534\t65534");
		g_free(value);
	}
	elf_reader__stop(reader);
}

static int memory_file(const void *bytes, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	return fd;
}

static int check_name(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	(void)ctx;
	(void)index;
	for (size_t i = 0; i < count; i++)
		assert_true(names[i].symbol[0] && (!names[i].file || names[i].file[0]));
	return 0;
}

/* Whatever it is, it is opened and asked. */
static void try_bytes(struct elf_reader *reader, const void *bytes, size_t size)
{
	int fd = memory_file(bytes, size);
	struct elf_file *file = elf_reader__open(reader, "/hostile", fd);
	uint64_t offsets[200];

	close(fd);
	if (!file)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(offsets); i++) {
		struct unwind_rule rule;

		offsets[i] = i * 61;
		if (elf_file__rule(file, offsets[i], &rule) < 0 && elf_file__is_refused(file))
			break;
	}
	elf_file__names(file, offsets, G_N_ELEMENTS(offsets), check_name, NULL);
}

/* The reader is as good as before, and has nothing more open. */
static void assert_sound(struct elf_reader *reader)
{
	struct place libc = place_of((uintptr_t)getppid);
	struct elf_file *file = open_place(reader, &libc);
	char *names = elf_desk__names(file, libc.offset);

	assert_memory_equal(names, "getppid", strlen("getppid"));
	g_free(names);
}

static void no_elf_file(void **state)
{
	int before = desk__open_files();
	struct elf_reader *reader = elf_desk__start(NULL);
	uint64_t seed = 4;
	static const unsigned char magic[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
	unsigned char bytes[4096];

	(void)state;
	assert_null(elf_reader__open(reader, "/none", -1));
	try_bytes(reader, "", 0);
	try_bytes(reader, "\177ELF", 4);
	try_bytes(reader, "!<arch>\n", 8);
	try_bytes(reader, "\x1f\x8b\x08", 3);
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (unsigned char)desk__random(&seed);
		try_bytes(reader, bytes, sizeof(bytes));
		memcpy(bytes, magic, sizeof(magic));
		bytes[16] = 3; /* ET_DYN */
		bytes[17] = 0;
		try_bytes(reader, bytes, sizeof(bytes));
	}
	assert_sound(reader);
	elf_reader__stop(reader);
	assert_int_equal(desk__open_files(), before);
}

/* The vDSO is a small and whole ELF file: cut it off and flip its bytes. */
static void damaged_elf_file(void **state)
{
	int before = desk__open_files();
	struct elf_reader *reader = elf_desk__start(NULL);
	uint64_t seed = 6;
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start = 0, end = 0;
	char line[512];

	(void)state;
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "[vdso]"))
			assert_int_equal(sscanf(line, "%lx-%lx", &start, &end), 2);
	fclose(maps);
	assert_true(end > start);

	size_t size = end - start;
	unsigned char *whole =
		g_memdup2((const void *)start, size); // NOLINT(performance-no-int-to-ptr)
	unsigned char *bytes = g_malloc(size + 1);

	for (size_t cut = 0; cut < size; cut += 97)
		try_bytes(reader, whole, cut);
	for (int round = 0; round < 300; round++) {
		memcpy(bytes, whole, size);
		for (int i = 0; i < 8; i++) {
			/* The headers are at both ends and in front of most of what matters. */
			size_t room = round % 2 ? 512 : size;

			bytes[desk__random_below(&seed, (int64_t)room)] =
				(unsigned char)desk__random(&seed);
		}
		try_bytes(reader, bytes, size);
	}
	g_free(whole);
	g_free(bytes);
	assert_sound(reader);
	elf_reader__stop(reader);
	assert_int_equal(desk__open_files(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_function),
		cmocka_unit_test(function_of_the_c_library),
		cmocka_unit_test(functions_of_the_vdso),
		cmocka_unit_test(visit_that_has_enough),
		cmocka_unit_test(worker_that_is_killed),
		cmocka_unit_test(worker_that_stalls),
		cmocka_unit_test(worker_without_a_cpu),
		cmocka_unit_test(keeper_that_is_killed),
		cmocka_unit_test(signals_of_a_terminal),
		cmocka_unit_test(what_a_worker_may),
		cmocka_unit_test(no_elf_file),
		cmocka_unit_test(damaged_elf_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
