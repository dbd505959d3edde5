// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/writer.h"

#include <errno.h>
#include <glib.h>

#include "store/connection.h"
#include "store/row.h"
#include "store/writer_private.h"

char *writer__sql(enum writer_statement statement)
{
	static const char finish[] =
		"UPDATE capture SET complete = 1, t1_ns = ?1, progress_ns = ?1, "
		"ended_by = ?2, stack_period_ns = ?3";
	static const char *const fixed[STATEMENT_COUNT] = {
		[STATEMENT_UPDATE_MODULE] = "UPDATE module SET build_id = ?2 WHERE id = ?1",
		[STATEMENT_NAME_FRAME] =
			"UPDATE frame SET symbol = ?2, symbol_offset = ?3 WHERE id = ?1",
		[STATEMENT_PROGRESS] = "UPDATE capture SET progress_ns = ?1",
		[STATEMENT_FINISH] = finish,
		[STATEMENT_BEGIN] = "BEGIN",
		[STATEMENT_COMMIT] = "COMMIT",
	};

	if (statement < STATEMENT_UPDATE_PROCESS)
		return table__insert_sql(table__get((enum store_table_id)statement));
	if (statement == STATEMENT_UPDATE_PROCESS)
		return table__update_sql(table__get(TABLE_PROCESS));
	if (statement == STATEMENT_UPDATE_THREAD)
		return table__update_sql(table__get(TABLE_THREAD));
	return g_strdup(fixed[statement]);
}

const char *store_writer__error(const struct store_writer *writer)
{
	return writer->error;
}

/* Takes `why`. */
static int fail(struct store_writer *writer, int err, const char *where, char *why)
{
	writer->err = err;
	writer->error = where ? g_strdup_printf("table %s: %s", where, why) : g_strdup(why);
	g_free(why);
	return err;
}

int writer__run(struct store_writer *writer, enum writer_statement statement)
{
	const char *where = statement < STATEMENT_UPDATE_PROCESS
				    ? table__get((enum store_table_id)statement)->name
				    : NULL;
	int rc = sqlite3_step(writer->statements[statement]);

	if (rc == SQLITE_DONE) {
		sqlite3_reset(writer->statements[statement]);
		return 0;
	}
	char *why = NULL;
	int err = connection__failure(writer->db, rc, &why);
	sqlite3_reset(writer->statements[statement]);
	return fail(writer, err, where, why);
}

int writer__check(struct store_writer *writer, const char *where, bool sound, const char *what)
{
	if (!writer->err && !sound)
		fail(writer, -EINVAL, where, g_strdup(what));
	return writer->err;
}

int writer__change(struct store_writer *writer, enum writer_statement statement)
{
	int err = writer__run(writer, statement);

	if (!err && sqlite3_changes(writer->db) != 1)
		err = fail(writer, -ENOENT, NULL, g_strdup("there is no such row to change"));
	return err;
}

static int bind_row(struct store_writer *writer, enum writer_statement statement,
		    enum store_table_id table, const void *row)
{
	char *why = NULL;

	if (writer->err)
		return writer->err;
	int err = row__bind(writer->statements[statement], table__get(table), row, &why);
	return err ? fail(writer, err, table__get(table)->name, why) : 0;
}

static int insert(struct store_writer *writer, enum store_table_id table, const void *row)
{
	int err = bind_row(writer, (enum writer_statement)table, table, row);

	return err ? err : writer__run(writer, (enum writer_statement)table);
}

static int insert_with_id(struct store_writer *writer, enum store_table_id table, const void *row,
			  store_id *id)
{
	int err = insert(writer, table, row);

	if (!err)
		*id = sqlite3_last_insert_rowid(writer->db);
	return err;
}

static int update(struct store_writer *writer, enum writer_statement statement,
		  enum store_table_id table, store_id id, const void *row)
{
	int err = bind_row(writer, statement, table, row);

	if (err)
		return err;
	sqlite3_bind_int64(writer->statements[statement], (int)table__get(table)->column_count + 1,
			   id);
	return writer__change(writer, statement);
}

int store_writer__capture(struct store_writer *writer, const struct store_capture *row)
{
	struct store_capture open = *row;

	open.complete = false;
	open.t1_ns = 0;
	open.ended_by = NULL;
	writer->t0_ns = row->t0_ns;
	return insert(writer, TABLE_CAPTURE, &open);
}

int store_writer__process(struct store_writer *writer, const struct store_process *row,
			  store_id *id)
{
	return insert_with_id(writer, TABLE_PROCESS, row, id);
}

int store_writer__thread(struct store_writer *writer, const struct store_thread *row, store_id *id)
{
	return insert_with_id(writer, TABLE_THREAD, row, id);
}

int store_writer__module(struct store_writer *writer, const struct store_module *row, store_id *id)
{
	return insert_with_id(writer, TABLE_MODULE, row, id);
}

int store_writer__frame(struct store_writer *writer, const struct store_frame *row, store_id *id)
{
	return insert_with_id(writer, TABLE_FRAME, row, id);
}

int store_writer__frame_line(struct store_writer *writer, store_id frame, const char *file,
			     int64_t line)
{
	const struct store_frame_line row = {frame, file, line};

	return insert(writer, TABLE_FRAME_LINE, &row);
}

int store_writer__frame_inline(struct store_writer *writer, store_id frame, int64_t depth,
			       const char *symbol, const char *file, int64_t line)
{
	const struct store_frame_inline row = {frame, depth, symbol, file, file ? line : 0};
	int64_t last = frame == writer->inlined_frame ? writer->inlined_depth : 0;

	if (writer__check(writer, table__get(TABLE_FRAME_INLINE)->name, depth == last + 1,
			  "the depths of a frame are not 1, 2, 3 ..."))
		return writer->err;
	writer->inlined_frame = frame;
	writer->inlined_depth = depth;
	return insert(writer, TABLE_FRAME_INLINE, &row);
}

int store_writer__stack(struct store_writer *writer, const struct store_stack *row, store_id *id)
{
	return insert_with_id(writer, TABLE_STACK, row, id);
}

int store_writer__oracle(struct store_writer *writer, const struct store_oracle *row)
{
	return insert(writer, TABLE_ORACLE, row);
}

int store_writer__thread_io(struct store_writer *writer, const struct store_thread_io *row)
{
	return insert(writer, TABLE_THREAD_IO, row);
}

int store_writer__thread_loss(struct store_writer *writer, const struct store_thread_loss *row)
{
	return insert(writer, TABLE_THREAD_LOSS, row);
}

int store_writer__process_io(struct store_writer *writer, const struct store_process_io *row)
{
	return insert(writer, TABLE_PROCESS_IO, row);
}

int store_writer__call_sampling(struct store_writer *writer, const struct store_call_sampling *row)
{
	return insert(writer, TABLE_CALL_SAMPLING, row);
}

int store_writer__call_moment(struct store_writer *writer, const struct store_call_moment *row,
			      store_id *id)
{
	return insert_with_id(writer, TABLE_CALL_MOMENT, row, id);
}

int store_writer__call_sample(struct store_writer *writer, const struct store_call_sample *row)
{
	if (writer__check(writer, table__get(TABLE_CALL_SAMPLE)->name,
			  row->errors <= row->calls && row->whole <= row->calls,
			  "more errors or whole calls than calls"))
		return writer->err;
	return insert(writer, TABLE_CALL_SAMPLE, row);
}

int store_writer__mapping(struct store_writer *writer, const struct store_mapping *row)
{
	return insert(writer, TABLE_MAPPING, row);
}

int store_writer__slice(struct store_writer *writer, const struct store_slice *row)
{
	return insert(writer, TABLE_SLICE, row);
}

int store_writer__ledger(struct store_writer *writer, const struct store_ledger *row)
{
	return insert(writer, TABLE_LEDGER, row);
}

int store_writer__evidence(struct store_writer *writer, const struct store_evidence *row)
{
	return insert(writer, TABLE_EVIDENCE, row);
}

int store_writer__span(struct store_writer *writer, const struct store_span *row)
{
	return insert(writer, TABLE_SPAN, row);
}

int store_writer__lock_wait(struct store_writer *writer, const struct store_lock_wait *row)
{
	return insert(writer, TABLE_LOCK_WAIT, row);
}

int store_writer__lock_evidence(struct store_writer *writer, const struct store_lock_evidence *row)
{
	return insert(writer, TABLE_LOCK_EVIDENCE, row);
}

int store_writer__probe(struct store_writer *writer, const struct store_probe *row, store_id *id)
{
	int err = writer__check(writer, table__get(TABLE_PROBE)->name,
				writer->counts->len < STORE_PROBES_MAX, "too many probe points");

	if (!err)
		err = insert_with_id(writer, TABLE_PROBE, row, id);
	if (!err)
		g_array_append_val(writer->counts, row->counts);
	return err;
}

int store_writer__probe_place(struct store_writer *writer, const struct store_probe_place *row)
{
	return insert(writer, TABLE_PROBE_PLACE, row);
}

/* Of a point that is not there SQLite will know. */
static bool counts_nothing(const struct store_writer *writer, store_id probe)
{
	return probe < 1 || probe > writer->counts->len ||
	       g_array_index(writer->counts, enum store_counts, probe - 1) == COUNTS_NOTHING;
}

int store_writer__probe_call(struct store_writer *writer, const struct store_probe_call *row)
{
	if (writer__check(writer, table__get(TABLE_PROBE_CALL)->name,
			  row->timed <= row->calls || counts_nothing(writer, row->probe),
			  "more calls were timed than counted"))
		return writer->err;
	return insert(writer, TABLE_PROBE_CALL, row);
}

int store_writer__histogram(struct store_writer *writer, const struct store_histogram *row)
{
	return insert(writer, TABLE_HISTOGRAM, row);
}

int store_writer__probe_evidence(struct store_writer *writer,
				 const struct store_probe_evidence *row)
{
	return insert(writer, TABLE_PROBE_EVIDENCE, row);
}

int store_writer__pace(struct store_writer *writer, const struct store_pace *row)
{
	return insert(writer, TABLE_PACE, row);
}

int store_writer__loss(struct store_writer *writer, const char *kind, int64_t count,
		       const char *meaning)
{
	const struct store_loss row = {kind, count, meaning};

	return count ? insert(writer, TABLE_LOSS, &row) : writer->err;
}

int store_writer__cost(struct store_writer *writer, const char *name, int64_t value,
		       const char *unit)
{
	const struct store_cost row = {name, value, unit};

	return insert(writer, TABLE_COST, &row);
}

int store_writer__update_process(struct store_writer *writer, store_id id,
				 const struct store_process *row)
{
	return update(writer, STATEMENT_UPDATE_PROCESS, TABLE_PROCESS, id, row);
}

int store_writer__update_thread(struct store_writer *writer, store_id id,
				const struct store_thread *row)
{
	return update(writer, STATEMENT_UPDATE_THREAD, TABLE_THREAD, id, row);
}

int store_writer__update_module(struct store_writer *writer, store_id id, const char *build_id)
{
	sqlite3_stmt *statement = writer->statements[STATEMENT_UPDATE_MODULE];

	if (writer->err)
		return writer->err;
	sqlite3_bind_int64(statement, 1, id);
	row__bind_text(statement, 2, build_id);
	return writer__change(writer, STATEMENT_UPDATE_MODULE);
}

int store_writer__name_frame(struct store_writer *writer, store_id id, const char *symbol,
			     int64_t symbol_offset)
{
	sqlite3_stmt *statement = writer->statements[STATEMENT_NAME_FRAME];

	if (writer__check(writer, "frame", symbol_offset >= 0, "the symbol offset is negative"))
		return writer->err;
	sqlite3_bind_int64(statement, 1, id);
	row__bind_text(statement, 2, symbol);
	sqlite3_bind_int64(statement, 3, symbol_offset);
	return writer__change(writer, STATEMENT_NAME_FRAME);
}

int store_writer__progress(struct store_writer *writer, int64_t progress_ns)
{
	sqlite3_stmt *statement = writer->statements[STATEMENT_PROGRESS];

	if (writer__check(writer, "capture", progress_ns >= writer->t0_ns,
			  "progress_ns is before t0_ns"))
		return writer->err;
	sqlite3_bind_int64(statement, 1, progress_ns);
	return writer__change(writer, STATEMENT_PROGRESS);
}

int store_writer__commit(struct store_writer *writer)
{
	int err = writer->err ? writer->err : writer__run(writer, STATEMENT_COMMIT);

	return err ? err : writer__run(writer, STATEMENT_BEGIN);
}
