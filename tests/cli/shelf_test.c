// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Which files of a flight recorder stay, with files. */
#include "cli/shelf.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Needs those above before it. */
#include <cmocka.h>

static int enter_directory(void **state)
{
	*state = strdup(P_tmpdir "/wallflame-shelf-XXXXXX");
	return !*state || !mkdtemp(*state) || chdir(*state);
}

static int leave_directory(void **state)
{
	DIR *directory = opendir(".");
	const struct dirent *entry;
	int status;

	while (directory && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			unlink(entry->d_name);
	if (directory)
		closedir(directory);
	status = chdir("/") || rmdir(*state);
	free(*state);
	return status;
}

static void write_file(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void assert_files(const char *expected)
{
	struct dirent **entries;
	char names[1024] = "";
	int count = scandir(".", &entries, is_visible, alphasort);

	assert_true(count >= 0);
	for (int i = 0; i < count; i++) {
		size_t used = strlen(names);

		snprintf(names + used, sizeof(names) - used, "%s%s", i ? " " : "",
			 entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	assert_string_equal(names, expected);
}

/* As flight_settle.c has them; a letter is a window: capitals are those that a trigger keeps, and a
 * digit is one that is not whole. */
static void record(struct shelf *shelf, const char *windows)
{
	bool after = false;

	for (const char *window = windows; *window; window++) {
		bool triggered = *window >= 'A' && *window <= 'Z';
		bool whole = *window >= 'A';
		char name[] = {*window, '.', 'd', 'b', '\0'};
		const char *path = whole ? "recording.db" : name;

		write_file(path, name);
		assert_true(shelf__put(shelf, path, whole ? name : NULL));
		if (triggered) {
			shelf__keep(shelf, true, "before");
			shelf__keep(shelf, false, "hit");
		} else if (after) {
			shelf__keep(shelf, false, "after");
		}
		after = triggered;
		shelf__trim(shelf);
	}
}

static const struct {
	size_t rotating, kept;
	const char *windows, *stay;
} runs[] = {
	{3, 3, "abcdef", "d.db e.db f.db"},
	/* Those that are kept stay beside the newest. */
	{1, 3, "abCdefg", "C-hit.db b-before.db d-after.db g.db"},
	/* One more than may be kept, and it is among the newest all the same. */
	{8, 1, "abcDe", "D-hit.db a.db b.db c-before.db e-after.db"},
	/* It counts as one of these: older ones go first, then itself. */
	{2, 1, "abcDe", "D-hit.db c-before.db e-after.db"},
	{2, 1, "abcDef", "D-hit.db e-after.db f.db"},
	{2, 1, "abcDefgh", "e-after.db g.db h.db"},
	/* The moment before last goes when the last one has come, and not before. */
	{1, 3, "aBcdeFg", "F-hit.db c-after.db e-before.db g-after.db"},
	{1, 3, "aBcdeFghi", "F-hit.db e-before.db g-after.db i.db"},
	/* What is not whole takes no other's place, and stays until the next one comes. */
	{1, 3, "a1", "1.db a.db"},
	{1, 3, "a12", "2.db a.db"},
	{1, 3, "a1b", "b.db"},
	{2, 3, "a1b2", "2.db a.db b.db"},
	{1, 3, "a1B", "1.db B-hit.db a.db"},
	{1, 3, "a1Bc2d", "1.db B-hit.db c-after.db d.db"},
	/* One trigger after the other: the newest of them stay. */
	{1, 3, "ABCDEF", "C-hit.db D-hit.db E-hit.db F-hit.db"},
};

static void the_newest_and_the_kept_stay(void **state)
{
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		struct shelf *shelf = shelf__new(runs[i].rotating, runs[i].kept);

		assert_non_null(shelf);
		record(shelf, runs[i].windows);
		assert_files(runs[i].stay);
		shelf__free(shelf);
		assert_int_equal(leave_directory(state), 0);
		assert_int_equal(enter_directory(state), 0);
	}
}

static void a_kept_one_that_goes_is_told(void **state)
{
	struct shelf *shelf = shelf__new(1, 1);
	int own = dup(STDERR_FILENO), ends[2];
	char told[1024] = "";

	(void)state;
	assert_int_equal(pipe(ends), 0);
	dup2(ends[1], STDERR_FILENO);
	record(shelf, "abCdefg");
	dup2(own, STDERR_FILENO);
	assert_true(read(ends[0], told, sizeof(told) - 1) > 0);
	assert_string_equal(told, "wallflame: b-before.db goes, the oldest of more than 1 that "
				  "triggers kept (--keep-triggered)\n"
				  "wallflame: C-hit.db goes, the oldest of more than 1 that "
				  "triggers kept (--keep-triggered)\n");
	close(ends[0]);
	close(ends[1]);
	close(own);
	shelf__free(shelf);
}

static void what_is_in_the_way_stays(void)
{
	struct shelf *shelf = shelf__new(1, 3);

	write_file("a.db", "nobody's");
	write_file("recording.db", "a");
	assert_true(shelf__put(shelf, "recording.db", "a.db"));
	assert_files("a.db recording.db");
	write_file("more.db", "b");
	assert_true(shelf__put(shelf, "more.db", "b.db"));
	assert_files("a.db b.db recording.db");
	shelf__trim(shelf);
	assert_files("a.db b.db");
	shelf__free(shelf);
}

static void nothing_is_replaced(void **state)
{
	(void)state;
	what_is_in_the_way_stays();
}

/* The system call does as it does where the file system does not know its flag. */
static int forget_flags_of_rename(void)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {.len = sizeof(program) / sizeof(program[0]),
					  .filter = program};

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

/* The last one: the filter stays. */
static void nothing_is_replaced_where_renaming_knows_no_flag(void **state)
{
	(void)state;
	assert_int_equal(forget_flags_of_rename(), 0);
	write_file("x", "");
	assert_int_equal(renameat2(AT_FDCWD, "x", AT_FDCWD, "y", RENAME_NOREPLACE), -1);
	assert_int_equal(errno, EINVAL);
	unlink("x");
	what_is_in_the_way_stays();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_newest_and_the_kept_stay, enter_directory,
						leave_directory),
		cmocka_unit_test_setup_teardown(a_kept_one_that_goes_is_told, enter_directory,
						leave_directory),
		cmocka_unit_test_setup_teardown(nothing_is_replaced, enter_directory,
						leave_directory),
		cmocka_unit_test_setup_teardown(nothing_is_replaced_where_renaming_knows_no_flag,
						enter_directory, leave_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
