// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Captures of version 1, made from its very schema, stay readable. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>

/* The schema as it is compiled in: store/CMakeLists.txt. */
extern const char store_schema_1_sql[];

/* Every row that version 1 has a table for. */
static void write_version_1(const struct scratch *scratch, const char *path)
{
	static const char *const tables[] = {
		"capture",   "process",	      "thread", "oracle", "module", "mapping",
		"frame",     "stack",	      "slice",	"ledger", "span",   "evidence",
		"lock_wait", "lock_evidence", "loss",	"cost",
	};
	char *newer = scratch__path(scratch, "newer");
	GString *sql = g_string_new(store_schema_1_sql);

	sample__write(newer);
	g_string_append_printf(sql, "ATTACH '%s' AS newer;", newer);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++)
		g_string_append_printf(sql, "INSERT INTO main.%s SELECT * FROM newer.%s;",
				       tables[i], tables[i]);
	scratch__sql(path, sql->str);
	g_string_free(sql, TRUE);
	g_free(newer);
}

/* The sample without what only version 2 has. */
static char *text_of_version_1(void)
{
	char **lines = g_strsplit(sample_text, "\n", -1);
	GString *text = g_string_new(NULL);

	for (char **line = lines; *line && **line; line++) {
		if (!g_str_has_prefix(*line, "probe") && !g_str_has_prefix(*line, "histogram"))
			g_string_append_printf(text, "%s\n", *line);
	}
	g_strfreev(lines);
	return g_string_free(text, FALSE);
}

static void an_old_capture_is_read(void **state)
{
	const struct scratch *scratch = *state;
	char *expected = text_of_version_1();

	write_version_1(scratch, scratch->file);
	char *before = scratch__digest(scratch);
	char *text = sample__text_of(scratch->file);
	char *after = scratch__digest(scratch);
	assert_string_equal(text, expected);
	assert_string_equal(before, after);
	g_free(before);
	g_free(after);
	g_free(text);
	g_free(expected);
}

/* Somebody's own table of that name is none of the capture's. */
static void its_own_tables_stay_its_own(void **state)
{
	const struct scratch *scratch = *state;
	char *expected = text_of_version_1();

	write_version_1(scratch, scratch->file);
	scratch__sql(scratch->file, "CREATE TABLE probe (x); INSERT INTO probe VALUES (1);"
				    "CREATE VIEW histogram AS SELECT 1");
	char *text = sample__text_of(scratch->file);
	assert_string_equal(text, expected);
	g_free(text);
	g_free(expected);
}

static const struct {
	const char *sql;
	const char *message;
} damages[] = {
	{"PRAGMA user_version = 2", "table probe is missing"},
	{"UPDATE ledger SET syscall = -2 WHERE state = 0",
	 "table ledger, row 1: column syscall is -2, not between -1 and"},
	{"UPDATE evidence SET syscall = -2", "table evidence, row 1: column syscall is -2"},
	{"UPDATE span SET syscall = -2", "table span, row 1: column syscall is -2"},
	{"UPDATE ledger SET ns = -1 WHERE state = 0", "table ledger, row 1: column ns is -1"},
	{"UPDATE thread SET process = 77", "table thread: row 1 has no such process"},
	{"DROP TABLE span", "table span is missing"},
	{"ALTER TABLE loss ADD COLUMN more INTEGER", "table loss is not as wallflame makes it"},
	{"DROP VIEW state_time", "view state_time is missing"},
};

static void a_damaged_one_is_refused(void **state)
{
	const struct scratch *scratch = *state;
	char *original = scratch__path(scratch, "original");

	write_version_1(scratch, original);
	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		char *error = NULL;
		int err;

		scratch__copy(original, scratch->file);
		scratch__sql(scratch->file, damages[i].sql);
		g_free(sample__text(scratch->file, &err, &error));
		if (err != -EUCLEAN || !error || !strstr(error, damages[i].message))
			fail_msg("%d: %s; expected %s", err, error, damages[i].message);
		g_free(error);
	}
	g_free(original);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch__setup, scratch__teardown)
		TEST(an_old_capture_is_read),
		TEST(its_own_tables_stay_its_own),
		TEST(a_damaged_one_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
