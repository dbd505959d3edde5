// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Large tables are read from their pages: as SQLite itself reads them. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <string.h>

#define PAGE 4096

/* Trees of three levels and numbers of every size, the ledger's rows not in the order of its key.
 */
static void write_large(const char *path)
{
	sample__write(path);
	scratch__sql(
		path,
		"CREATE TEMP TABLE n AS WITH RECURSIVE n (i) AS "
		"(VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 60000) "
		"SELECT i, 1 << (i % 40) AS big FROM n;"
		"INSERT INTO evidence SELECT 1 + i % 2, 1 + i % 2, i % 6, i % 400 - 2, i % 64, "
		"1 + i % 3, iif(i % 3, 1 + i % 9, NULL), iif(i % 5, i, NULL), i % 3, big, "
		"i % 2 * big, iif(i % 7, big * 1.37, big), i % 2 * big FROM n;"
		"INSERT OR IGNORE INTO ledger SELECT 1 + i % 2, 1 + i % 2, i % 6, "
		"i * 7919 % 60000, i % 64, i % 3, big, i % 2 * big FROM n;");
}

/* As of a file with a write-ahead log, which goes the other way: sqlite.org/fileformat2.html, 1.3.
 */
static void mark_unsealed(char *bytes)
{
	bytes[18] = bytes[19] = 2;
}

static void it_reads_what_sqlite_reads(void **state)
{
	const struct scratch *scratch = *state;
	char *scanned, *read, *bytes, *log;
	size_t size;

	write_large(scratch->file);
	scanned = sample__text_of(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	assert_true(strlen(scanned) > 1000000);
	mark_unsealed(bytes);
	scratch__write(scratch->file, bytes, size);
	log = g_strconcat(scratch->file, "-wal", NULL);
	scratch__write(log, "no log", 6);
	read = sample__text_of(scratch->file);
	assert_true(strcmp(scanned, read) == 0);
	g_free(log);
	g_free(bytes);
	g_free(read);
	g_free(scanned);
}

/* With another page in place of one, rows are missing or come twice: never as if nothing were
 * wrong. */
static void no_page_is_taken_for_another(void **state)
{
	const struct scratch *scratch = *state;
	int64_t refused = 0, tried = 0;
	size_t size;
	char *bytes;

	write_large(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	/* The last pages are those of the large tables. */
	for (size_t page = size / PAGE - 1; page > size / PAGE / 2; page -= 37) {
		char *damaged = g_memdup2(bytes, size);
		char *error = NULL;
		int err;

		memcpy(damaged + page * PAGE, bytes + (page - 1) * PAGE, PAGE);
		scratch__write(scratch->file, damaged, size);
		g_free(sample__text(scratch->file, &err, &error));
		tried++;
		refused += err == -EUCLEAN && error;
		g_free(error);
		g_free(damaged);
	}
	assert_true(tried > 5);
	assert_int_equal(refused, tried);
	g_free(bytes);
}

/* A page that tells of fewer rows than it has would be read as one that is whole. */
static void no_row_is_left_out(void **state)
{
	const struct scratch *scratch = *state;
	int64_t refused = 0, tried = 0;
	size_t size;
	char *bytes;

	write_large(scratch->file);
	scratch__read(scratch->file, &bytes, &size);
	for (size_t at = size / PAGE / 2 * PAGE; at < size; at += (size_t)17 * PAGE) {
		char *error = NULL;
		int err;

		if (bytes[at + 4] < 2)
			continue;
		bytes[at + 4]--; /* its count of cells */
		scratch__write(scratch->file, bytes, size);
		g_free(sample__text(scratch->file, &err, &error));
		tried++;
		refused += err == -EUCLEAN && error;
		g_free(error);
		bytes[at + 4]++;
	}
	assert_true(tried > 5);
	assert_int_equal(refused, tried);
	g_free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(it_reads_what_sqlite_reads),
		TEST(no_page_is_taken_for_another),
		TEST(no_row_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
