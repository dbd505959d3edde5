// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Captures of older versions, made from their very schema, stay readable. */
#include "scratch.h"

#include "sample.h"

#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

/* The schema as it is compiled in: store/CMakeLists.txt. */
extern const char store_schema_1_sql[];
extern const char store_schema_2_sql[];
extern const char store_schema_3_sql[];
extern const char store_schema_4_sql[];

/* Which version brought a table. */
static const struct {
	int since;
	const char *name;
} tables[] = {
	{1, "capture"},	      {1, "process"},	     {1, "thread"},	   {1, "oracle"},
	{4, "thread_io"},     {4, "process_io"},     {5, "call_sampling"}, {5, "call_moment"},
	{5, "call_sample"},   {1, "module"},	     {1, "mapping"},	   {1, "frame"},
	{3, "frame_line"},    {3, "frame_inline"},   {1, "stack"},	   {1, "slice"},
	{1, "ledger"},	      {1, "evidence"},	     {1, "span"},	   {1, "lock_wait"},
	{1, "lock_evidence"}, {2, "probe"},	     {2, "probe_place"},   {2, "probe_call"},
	{2, "histogram"},     {2, "probe_evidence"}, {5, "pace"},	   {1, "loss"},
	{1, "cost"},	      {5, "thread_loss"},
};

/* Every row that the version has a table for. */
static void write_version(const struct scratch *scratch, const char *path, int version)
{
	char *newer = scratch__path(scratch, "newer");
	const char *const additions[] = {store_schema_2_sql, store_schema_3_sql,
					 store_schema_4_sql};
	GString *sql = g_string_new(store_schema_1_sql);

	for (size_t i = 0; i < G_N_ELEMENTS(additions); i++)
		g_string_append(sql, (int)i + 2 <= version ? additions[i] : "");
	unlink(newer);
	sample__write(newer);
	g_string_append_printf(sql, "ATTACH '%s' AS newer;", newer);
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		if (tables[i].since <= version)
			g_string_append_printf(sql, "INSERT INTO main.%s SELECT * FROM newer.%s;",
					       tables[i].name, tables[i].name);
	}
	scratch__sql(path, sql->str);
	g_string_free(sql, TRUE);
	g_free(newer);
}

static bool has_table(int version, const char *name, size_t length)
{
	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		if (strlen(tables[i].name) == length && !memcmp(tables[i].name, name, length))
			return tables[i].since <= version;
	}
	fail_msg("no table of this line is known: %s", name);
	return false;
}

/* The sample without what only newer versions have. */
static char *text_of_version(int version)
{
	char **lines = g_strsplit(sample_text, "\n", -1);
	GString *text = g_string_new(NULL);

	for (char **line = lines; *line && **line; line++) {
		if (has_table(version, *line, strcspn(*line, " ")))
			g_string_append_printf(text, "%s\n", *line);
	}
	g_strfreev(lines);
	return g_string_free(text, FALSE);
}

static void an_old_capture_is_read(void **state)
{
	const struct scratch *scratch = *state;

	for (int version = 1; version < STORE_SCHEMA_VERSION; version++) {
		char *expected = text_of_version(version);

		unlink(scratch->file);
		write_version(scratch, scratch->file, version);
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
}

/* Somebody's own table of that name is none of the capture's. */
static void its_own_tables_stay_its_own(void **state)
{
	const struct scratch *scratch = *state;
	char *expected = text_of_version(1);

	write_version(scratch, scratch->file, 1);
	scratch__sql(scratch->file, "CREATE TABLE probe (x); INSERT INTO probe VALUES (1);"
				    "CREATE TABLE frame_inline (frame, depth);"
				    "INSERT INTO frame_inline VALUES (1, 7);"
				    "CREATE VIEW histogram AS SELECT 1");
	char *text = sample__text_of(scratch->file);
	assert_string_equal(text, expected);
	g_free(text);
	g_free(expected);
}

static const struct {
	int version;
	const char *sql;
	const char *message;
} damages[] = {
	{2, "PRAGMA user_version = 3", "table frame_line is missing"},
	{3, "PRAGMA user_version = 4", "table thread_io is missing"},
	{4, "PRAGMA user_version = 5", "table call_sampling is missing"},
	{4, "UPDATE ledger SET state = 7 WHERE state = 0",
	 "table ledger, row 2: has no such state"},
	{2, "UPDATE frame SET symbol_offset = -1",
	 "table frame, row 1: column symbol_offset is -1"},
	{1, "PRAGMA user_version = 2", "table probe is missing"},
	{1, "UPDATE ledger SET syscall = -2 WHERE state = 0",
	 "table ledger, row 1: column syscall is -2, not between -1 and"},
	{1, "UPDATE evidence SET syscall = -2", "table evidence, row 1: column syscall is -2"},
	{1, "UPDATE span SET syscall = -2", "table span, row 1: column syscall is -2"},
	{1, "UPDATE ledger SET ns = -1 WHERE state = 0", "table ledger, row 1: column ns is -1"},
	{1, "UPDATE thread SET process = 77", "table thread: row 1 has no such process"},
	{1, "DROP TABLE span", "table span is missing"},
	{1, "ALTER TABLE loss ADD COLUMN more INTEGER", "table loss is not as wallflame makes it"},
	{1, "DROP VIEW state_time", "view state_time is missing"},
};

static void a_damaged_one_is_refused(void **state)
{
	const struct scratch *scratch = *state;
	char *original = scratch__path(scratch, "original");

	for (size_t i = 0; i < G_N_ELEMENTS(damages); i++) {
		char *error = NULL;
		int err;

		unlink(original);
		write_version(scratch, original, damages[i].version);
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
