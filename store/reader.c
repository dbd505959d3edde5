// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/reader.h"

#include <errno.h>
#include <glib.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "store/check.h"
#include "store/connection.h"
#include "store/cursor.h"

/* A writer that ends just now makes one attempt fail: it leaves its log within milliseconds. */
#define OPEN_ATTEMPTS 10
#define OPEN_PAUSE_US 20000

struct store_reader {
	sqlite3 *db;
	int version; /* of the file */
	bool sealed; /* nobody writes it */
	struct cursor capture; /* stays on its one row: the strings are SQLite's */
	struct store_capture row;
	char *error;
};

/* A damaged file's text may be in the message: it must not reach a terminal as control codes. */
static char *printable(char *message)
{
	for (char *c = message; *c; c++)
		if (g_ascii_iscntrl(*c))
			*c = '?';
	return message;
}

static int open_file(struct store_reader *reader, const char *path, char **why)
{
	int err = -EBUSY;

	for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
		enum capture_condition condition;
		char *resolved;

		g_clear_pointer(why, g_free);
		err = capture_file__inspect(path, &resolved, &condition, why);
		if (err)
			return err;
		err = connection__open_reader(&reader->db, resolved, condition, why);
		reader->sealed = condition == CAPTURE_SEALED;
		free(resolved);
		if (!err || condition != CAPTURE_RECORDING)
			break;
		g_usleep(OPEN_PAUSE_US);
	}
	return err;
}

static int check_capture(const struct store_capture *row, char **why)
{
	if (!row->complete || (row->t1_ns && row->ended_by))
		return 0;
	*why = g_strdup("damaged: table capture: it is complete, but has no end");
	return -EUCLEAN;
}

static int read_capture(struct store_reader *reader, char **why)
{
	int err = cursor__open(&reader->capture, reader->db, reader->version, reader->sealed,
			       TABLE_CAPTURE, why);

	if (err)
		return err;
	err = cursor__next(&reader->capture, &reader->row, why);
	if (err < 0)
		return err;
	if (err == 0) {
		*why = g_strdup("cut off before anything was recorded");
		return -EUCLEAN;
	}
	return check_capture(&reader->row, why);
}

static int open_checked(struct store_reader *reader, const char *path, char **why)
{
	int err = open_file(reader, path, why);

	if (!err)
		err = check__version(reader->db, &reader->version, why);
	if (!err)
		err = check__schema(reader->db, reader->version, why);
	if (!err)
		err = check__content(reader->db, reader->version, reader->sealed, why);
	return err ? err : read_capture(reader, why);
}

int store_reader__open(struct store_reader **out, const char *path, char **error)
{
	struct store_reader *reader = g_new0(struct store_reader, 1);
	char *why = NULL;
	int err = open_checked(reader, path, &why);

	if (err) {
		*error = printable(g_strdup_printf("%s: %s", path, why));
		g_free(why);
		store_reader__close(reader);
		return err;
	}
	*out = reader;
	return 0;
}

void store_reader__close(struct store_reader *reader)
{
	if (!reader)
		return;
	cursor__close(&reader->capture);
	sqlite3_close(reader->db);
	g_free(reader->error);
	g_free(reader);
}

const char *store_reader__error(const struct store_reader *reader)
{
	return reader->error;
}

int store_reader__looks_like_capture(const char *path)
{
	return capture_file__is_sqlite(path);
}

int store_reader__capture(struct store_reader *reader, struct store_capture *row)
{
	*row = reader->row;
	return 0;
}

static int begin(struct store_reader *reader, struct cursor *cursor, enum store_table_id table)
{
	g_clear_pointer(&reader->error, g_free);
	int err = cursor__open(cursor, reader->db, reader->version, reader->sealed, table,
			       &reader->error);

	if (err)
		printable(reader->error);
	return err;
}

static int next(struct store_reader *reader, struct cursor *cursor, void *row)
{
	int result = cursor__next(cursor, row, &reader->error);

	if (result < 0)
		printable(reader->error);
	return result;
}

/* One each-function: VISIT says how a row is handed over. */
#define EACH(NAME, TABLE, VISIT)                                                            \
	int store_reader__each_##NAME(struct store_reader *reader, store_##NAME##_fn visit, \
				      void *ctx)                                            \
	{                                                                                   \
		struct store_##NAME row;                                                    \
		struct cursor cursor;                                                       \
		int result = begin(reader, &cursor, TABLE);                                 \
                                                                                            \
		while (!result && (result = next(reader, &cursor, &row)) > 0)               \
			result = VISIT;                                                     \
		cursor__close(&cursor);                                                     \
		return result;                                                              \
	}

EACH(process, TABLE_PROCESS, visit(ctx, cursor.id, &row))
EACH(thread, TABLE_THREAD, visit(ctx, cursor.id, &row))
EACH(oracle, TABLE_ORACLE, visit(ctx, &row))
EACH(thread_io, TABLE_THREAD_IO, visit(ctx, &row))
EACH(process_io, TABLE_PROCESS_IO, visit(ctx, &row))
EACH(call_sampling, TABLE_CALL_SAMPLING, visit(ctx, &row))
EACH(call_moment, TABLE_CALL_MOMENT, visit(ctx, cursor.id, &row))
EACH(call_sample, TABLE_CALL_SAMPLE, visit(ctx, &row))
EACH(module, TABLE_MODULE, visit(ctx, cursor.id, &row))
EACH(frame, TABLE_FRAME, visit(ctx, cursor.id, &row))
EACH(frame_line, TABLE_FRAME_LINE, visit(ctx, &row))
EACH(frame_inline, TABLE_FRAME_INLINE, visit(ctx, &row))
EACH(stack, TABLE_STACK, visit(ctx, cursor.id, &row))
EACH(slice, TABLE_SLICE, visit(ctx, &row))
EACH(ledger, TABLE_LEDGER, visit(ctx, &row))
EACH(evidence, TABLE_EVIDENCE, visit(ctx, &row))
EACH(span, TABLE_SPAN, visit(ctx, &row))
EACH(lock_wait, TABLE_LOCK_WAIT, visit(ctx, &row))
EACH(lock_evidence, TABLE_LOCK_EVIDENCE, visit(ctx, &row))
EACH(probe, TABLE_PROBE, visit(ctx, cursor.id, &row))
EACH(probe_place, TABLE_PROBE_PLACE, visit(ctx, &row))
EACH(probe_call, TABLE_PROBE_CALL, visit(ctx, &row))
EACH(histogram, TABLE_HISTOGRAM, visit(ctx, &row))
EACH(probe_evidence, TABLE_PROBE_EVIDENCE, visit(ctx, &row))
EACH(pace, TABLE_PACE, visit(ctx, &row))
EACH(loss, TABLE_LOSS, visit(ctx, row.kind, row.count, row.meaning))
EACH(thread_loss, TABLE_THREAD_LOSS, visit(ctx, &row))
EACH(cost, TABLE_COST, visit(ctx, row.name, row.value, row.unit))
