// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <glib.h>

#include "store/connection.h"
#include "store/row.h"
#include "store/writer_private.h"

static void writer__free(struct store_writer *writer)
{
	for (size_t i = 0; i < STATEMENT_COUNT; i++)
		sqlite3_finalize(writer->statements[i]);
	sqlite3_close(writer->db);
	capture_file__release(&writer->file);
	g_array_free(writer->counts, TRUE);
	g_free(writer->error);
	g_free(writer);
}

static int prepare(struct store_writer *writer, char **why)
{
	for (enum writer_statement i = 0; i < STATEMENT_COUNT; i++) {
		char *sql = writer__sql(i);
		int rc = sqlite3_prepare_v3(writer->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
					    &writer->statements[i], NULL);
		g_free(sql);
		if (rc != SQLITE_OK)
			return connection__failure(writer->db, rc, why);
	}
	return 0;
}

static int open_created(struct store_writer *writer, char **why)
{
	int err = capture_file__reserve_index(&writer->file, why);

	if (!err)
		err = connection__open_writer(&writer->db, writer->file.path, why);
	if (!err)
		err = prepare(writer, why);
	if (!err)
		err = connection__exec(writer->db, "BEGIN", why);
	if (err)
		capture_file__remove(&writer->file);
	return err;
}

int store_writer__create(struct store_writer **out, const char *path, bool replace, char **error)
{
	struct store_writer *writer = g_new0(struct store_writer, 1);
	char *why = NULL;

	writer->counts = g_array_new(FALSE, FALSE, sizeof(enum store_counts));
	int err = capture_file__create(&writer->file, path, replace, &why);

	if (!err)
		err = open_created(writer, &why);
	if (err) {
		*error = g_strdup_printf("%s: %s", path, why);
		g_free(why);
		writer__free(writer);
		return err;
	}
	*out = writer;
	return 0;
}

int64_t store_writer__bytes(const struct store_writer *writer)
{
	return capture_file__bytes(&writer->file);
}

/* Another capture may have the name, and a log beside it, by now. */
static int check_place(struct store_writer *writer, char **why)
{
	if (capture_file__is_in_place(&writer->file))
		return 0;
	sqlite3_db_config(writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	*why = g_strdup("the file was moved or removed while it was written");
	return -ESTALE;
}

static int finish(struct store_writer *writer, int64_t t1_ns, const char *ended_by,
		  int64_t stack_period_ns)
{
	sqlite3_stmt *statement = writer->statements[STATEMENT_FINISH];

	if (writer__check(writer, "capture", t1_ns > 0 && t1_ns >= writer->t0_ns && ended_by,
			  "its end is before its beginning, or has no reason") ||
	    writer__check(writer, "capture", stack_period_ns >= 0, "stack_period_ns is negative"))
		return writer->err;
	sqlite3_bind_int64(statement, 1, t1_ns);
	row__bind_text(statement, 2, ended_by);
	sqlite3_bind_int64(statement, 3, stack_period_ns);
	int err = writer__change(writer, STATEMENT_FINISH);
	return err ? err : writer__run(writer, STATEMENT_COMMIT);
}

/* Statements that have run into an error may still hold the transaction. */
static void roll_back(struct store_writer *writer)
{
	if (!sqlite3_get_autocommit(writer->db))
		sqlite3_exec(writer->db, "ROLLBACK", NULL, NULL, NULL);
}

int store_writer__close(struct store_writer *writer, int64_t t1_ns, const char *ended_by,
			int64_t stack_period_ns, char **error)
{
	char *why = NULL;
	int err = check_place(writer, &why);

	if (!err) {
		err = finish(writer, t1_ns, ended_by, stack_period_ns);
		if (err) {
			why = g_strdup(writer->error);
			roll_back(writer);
		}
		char *fold_why = NULL;
		int fold_err = connection__fold(writer->db, &fold_why);
		if (!err) {
			err = fold_err;
			why = g_steal_pointer(&fold_why);
		}
		g_free(fold_why);
	}
	if (err)
		*error = g_strdup_printf("%s: %s", writer->file.path, why);
	g_free(why);
	writer__free(writer);
	return err;
}

void store_writer__abandon(struct store_writer *writer, bool remove)
{
	char *why = NULL;

	roll_back(writer);
	if (check_place(writer, &why) == 0) {
		g_clear_pointer(&why, g_free);
		if (remove)
			capture_file__remove(&writer->file);
		else
			connection__fold(writer->db, &why);
	}
	g_free(why);
	writer__free(writer);
}
