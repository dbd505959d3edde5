// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/table.h"

#include <glib.h>
#include <string.h>

#include "store/model.h"

#define INTEGER(type, field, low, high)                                               \
	.name = #field, .kind = COLUMN_INT64, .offset = offsetof(struct type, field), \
	.min = (low), .max = (high)
#define AMOUNT(type, field) INTEGER(type, field, 0, COLUMN_SUM_MAX), .summed = true
#define TIME(type, field) INTEGER(type, field, 0, COLUMN_TIME_MAX)
#define OPTIONAL_TIME(type, field) INTEGER(type, field, 1, COLUMN_TIME_MAX), .nullable = true
#define READING(type, field) \
	INTEGER(type, field, 0, COLUMN_SUM_MAX), .nullable = true, .none = -1, .summed = true
#define IO_COUNT(type, count, word)                                                     \
	{                                                                               \
		.name = (word), .kind = COLUMN_INT64,                                   \
		.offset = offsetof(struct type, io.counts[count]), .max = STORE_IO_MAX, \
		.summed = true,                                                         \
	}
#define IO_COLUMNS(type)                                                                          \
	IO_COUNT(type, IO_READ_CALLS, "read_calls"), IO_COUNT(type, IO_READ_BYTES, "read_bytes"), \
		IO_COUNT(type, IO_WRITE_CALLS, "write_calls"),                                    \
		IO_COUNT(type, IO_WRITE_BYTES, "write_bytes"),                                    \
		IO_COUNT(type, IO_DEVICE_READ_BYTES, "device_read_bytes"),                        \
		IO_COUNT(type, IO_DEVICE_WRITE_BYTES, "device_write_bytes"),                      \
		IO_COUNT(type, IO_CANCELLED_WRITE_BYTES, "cancelled_write_bytes")
#define ID(type, field) INTEGER(type, field, 1, INT64_MAX)
#define OPTIONAL_ID(type, field) INTEGER(type, field, 1, INT64_MAX), .nullable = true
/* syscall numbers: analyzers keep them in 32 bits. */
#define SYSCALL(type) INTEGER(type, syscall, SYSCALL_UNKNOWN, INT32_MAX), .min_is_new = true
#define NUMBERED(type, field, low, high)                                                           \
	.name = #field, .kind = COLUMN_ENUM, .offset = offsetof(struct type, field), .min = (low), \
	.max = (high)
/* STATE_WOKEN is only ever derived from runqueue_ns. */
#define STATE(type, low) NUMBERED(type, state, low, STATE_STOPPED)
/* Before version 5 there is no such row of table `state` as the last one. */
#define STATE_OF_LEDGER(type) NUMBERED(type, state, 0, STATE_UNOBSERVED), .gap = STATE_WOKEN
#define CLASS(type) \
	.name = "class", .kind = COLUMN_INT, .offset = offsetof(struct type, class), .max = 63
#define FLAG(type, field) \
	.name = #field, .kind = COLUMN_BOOL, .offset = offsetof(struct type, field), .max = 1
#define BITS(type, field) \
	.name = #field, .kind = COLUMN_BITS, .offset = offsetof(struct type, field)
#define REAL(type, field) \
	.name = #field, .kind = COLUMN_REAL, .offset = offsetof(struct type, field)
#define TEXT(type, field) \
	.name = #field, .kind = COLUMN_TEXT, .offset = offsetof(struct type, field)
#define WORD(type, field, list)                                                      \
	.name = #field, .kind = COLUMN_WORD, .offset = offsetof(struct type, field), \
	.max = G_N_ELEMENTS(list) - 1, .words = (list)

static const char *const module_kinds[] = {
	[MODULE_KERNEL] = "kernel", [MODULE_FILE] = "file",	      [MODULE_VDSO] = "vdso",
	[MODULE_JIT] = "jit",	    [MODULE_ANONYMOUS] = "anonymous",
};

static const char *const frame_kinds[] = {
	[FRAME_USER] = "user",
	[FRAME_KERNEL] = "kernel",
	[FRAME_NOTE] = "note",
};

static const char *const backends[] = {
	[BACKEND_FENTRY] = "fentry",	 [BACKEND_KPROBE_MULTI] = "kprobe-multi",
	[BACKEND_KPROBE] = "kprobe",	 [BACKEND_TRACEPOINT] = "tracepoint",
	[BACKEND_EVIDENCE] = "evidence",
};

static const char *const counted[] = {
	[COUNTS_CALLS] = "calls",
	[COUNTS_WAITS] = "waits",
	[COUNTS_PAGES] = "pages",
	[COUNTS_NOTHING] = "nothing",
};

static const char *const pace_kinds[] = {
	[PACE_STACK_PERIOD] = "stack-period",
	[PACE_CPU_CLOCK] = "cpu-clock",
	[PACE_STACK_COPY] = "stack-copy",
	[PACE_LEDGER] = "ledger",
};

static const struct store_column capture_columns[] = {
	{TEXT(store_capture, tool_version)},
	{TEXT(store_capture, host)},
	{TEXT(store_capture, kernel)},
	{TEXT(store_capture, machine)},
	{INTEGER(store_capture, cpus, 1, INT32_MAX)},
	{TIME(store_capture, started_unix_ns)},
	{TIME(store_capture, t0_ns)},
	{OPTIONAL_TIME(store_capture, t1_ns), .from = "t0_ns"},
	{TIME(store_capture, progress_ns), .from = "t0_ns"},
	{FLAG(store_capture, complete)},
	{INTEGER(store_capture, slice_ns, 1, COLUMN_TIME_MAX)},
	{TEXT(store_capture, backend)},
	{TEXT(store_capture, cpu_clock)},
	{INTEGER(store_capture, cpu_clock_hz, 0, INT32_MAX)},
	{TEXT(store_capture, lock_backend)},
	{TIME(store_capture, stack_period_ns)},
	{TEXT(store_capture, target)},
	{TEXT(store_capture, ended_by), .nullable = true},
};

static const struct store_column process_columns[] = {
	{INTEGER(store_process, pid, 0, INT32_MAX)},
	{INTEGER(store_process, parent_pid, 1, INT32_MAX), .nullable = true},
	{TEXT(store_process, comm)},
	{TEXT(store_process, exe), .nullable = true},
	{INTEGER(store_process, uid, 0, UINT32_MAX), .nullable = true, .none = -1},
	{TIME(store_process, start_ns)},
	{OPTIONAL_TIME(store_process, end_ns), .from = "start_ns"},
};

static const struct store_column thread_columns[] = {
	{ID(store_thread, process)},
	{INTEGER(store_thread, tid, 0, INT32_MAX)},
	{TEXT(store_thread, comm)},
	{TIME(store_thread, start_ns)},
	{OPTIONAL_TIME(store_thread, end_ns), .from = "start_ns"},
	{FLAG(store_thread, born)},
	{FLAG(store_thread, ended)},
};

static const struct store_column oracle_columns[] = {
	{ID(store_oracle, thread)},
	{READING(store_oracle, run_ns)},
	{READING(store_oracle, runqueue_ns)},
	{READING(store_oracle, voluntary)},
	{READING(store_oracle, involuntary)},
	{READING(store_oracle, read_calls)},
	{READING(store_oracle, read_bytes)},
	{READING(store_oracle, write_calls)},
	{READING(store_oracle, write_bytes)},
	{READING(store_oracle, device_read_bytes)},
	{READING(store_oracle, device_write_bytes)},
};

static const struct store_column thread_io_columns[] = {
	{ID(store_thread_io, thread)},
	IO_COLUMNS(store_thread_io),
};

static const struct store_column process_io_columns[] = {
	{ID(store_process_io, process)},
	IO_COLUMNS(store_process_io),
	{AMOUNT(store_process_io, child_faults)},
};

static const struct store_column call_sampling_columns[] = {
	{INTEGER(store_call_sampling, share_ppm, 0, 1000000)},
	{INTEGER(store_call_sampling, added_ns, 0, COLUMN_TIME_MAX), .nullable = true, .none = -1},
	{TEXT(store_call_sampling, note), .nullable = true},
};

static const struct store_column call_moment_columns[] = {
	{TIME(store_call_moment, from_ns)},
	{TIME(store_call_moment, to_ns), .from = "from_ns", .beyond = true},
};

static const struct store_column call_sample_columns[] = {
	{ID(store_call_sample, moment)},     {ID(store_call_sample, process)},
	{SYSCALL(store_call_sample)},	     {AMOUNT(store_call_sample, calls)},
	{AMOUNT(store_call_sample, errors)}, {READING(store_call_sample, bytes)},
	{AMOUNT(store_call_sample, whole)},  {AMOUNT(store_call_sample, ns)},
};

static const struct store_column module_columns[] = {
	{WORD(store_module, kind, module_kinds)},
	{TEXT(store_module, path)},
	{TEXT(store_module, build_id), .nullable = true},
};

static const struct store_column mapping_columns[] = {
	{ID(store_mapping, process)},
	{ID(store_mapping, module)},
	{BITS(store_mapping, start_address)},
	{BITS(store_mapping, end_address)},
	{BITS(store_mapping, file_offset)},
	{TIME(store_mapping, from_ns)},
	{OPTIONAL_TIME(store_mapping, to_ns), .from = "from_ns"},
};

static const struct store_column frame_columns[] = {
	{WORD(store_frame, kind, frame_kinds)},
	{OPTIONAL_ID(store_frame, module)},
	{BITS(store_frame, offset)},
	{TEXT(store_frame, symbol), .nullable = true},
	{INTEGER(store_frame, symbol_offset, 0, COLUMN_SUM_MAX), .nullable = true},
};

static const struct store_column frame_line_columns[] = {
	{ID(store_frame_line, frame)},
	{TEXT(store_frame_line, file)},
	{INTEGER(store_frame_line, line, 0, UINT32_MAX)},
};

static const struct store_column frame_inline_columns[] = {
	{ID(store_frame_inline, frame)},
	{INTEGER(store_frame_inline, depth, 1, STORE_INLINE_MAX)},
	{TEXT(store_frame_inline, symbol)},
	{TEXT(store_frame_inline, file), .nullable = true},
	{INTEGER(store_frame_inline, line, 1, UINT32_MAX), .nullable = true},
};

static const struct store_column stack_columns[] = {
	{OPTIONAL_ID(store_stack, parent), .before_id = true},
	{ID(store_stack, frame)},
};

static const struct store_column slice_columns[] = {
	{ID(store_slice, id)},
	{TIME(store_slice, start_ns)},
	{TIME(store_slice, end_ns), .from = "start_ns"},
};

static const struct store_column ledger_columns[] = {
	{ID(store_ledger, thread), .refers_to = "thread"},
	{ID(store_ledger, slice), .refers_to = "slice"},
	{STATE_OF_LEDGER(store_ledger), .refers_to = "state"},
	{SYSCALL(store_ledger)},
	{CLASS(store_ledger)},
	{AMOUNT(store_ledger, count)},
	{AMOUNT(store_ledger, ns)},
	{AMOUNT(store_ledger, runqueue_ns)},
};

static const struct store_column evidence_columns[] = {
	{ID(store_evidence, thread), .refers_to = "thread"},
	{ID(store_evidence, slice), .refers_to = "slice"},
	{STATE(store_evidence, 0), .refers_to = "state"},
	{SYSCALL(store_evidence)},
	{CLASS(store_evidence)},
	{ID(store_evidence, stack), .refers_to = "stack"},
	{NUMBERED(store_evidence, lock, 1, LOCK_OTHER), .nullable = true, .none = LOCK_NONE,
	 .refers_to = "lock_kind"},
	{INTEGER(store_evidence, futex_op, 0, INT32_MAX), .nullable = true, .none = FUTEX_OP_NONE},
	{AMOUNT(store_evidence, count)},
	{AMOUNT(store_evidence, ns)},
	{AMOUNT(store_evidence, runqueue_ns)},
	{REAL(store_evidence, weight)},
	{REAL(store_evidence, runqueue_weight)},
};

static const struct store_column span_columns[] = {
	{ID(store_span, thread)},
	{TIME(store_span, start_ns)},
	{TIME(store_span, end_ns), .from = "start_ns"},
	{AMOUNT(store_span, runqueue_ns)},
	{STATE(store_span, STATE_PREEMPTED)},
	{SYSCALL(store_span)},
	{OPTIONAL_ID(store_span, stack)},
};

static const struct store_column lock_wait_columns[] = {
	{ID(store_lock_wait, thread)},	  {ID(store_lock_wait, slice)},
	{BITS(store_lock_wait, address)}, {NUMBERED(store_lock_wait, lock, LOCK_SPIN, LOCK_OTHER)},
	{AMOUNT(store_lock_wait, count)}, {AMOUNT(store_lock_wait, ns)},
	{TIME(store_lock_wait, max_ns)},
};

static const struct store_column lock_evidence_columns[] = {
	{ID(store_lock_evidence, thread)},
	{ID(store_lock_evidence, slice)},
	{BITS(store_lock_evidence, address)},
	{NUMBERED(store_lock_evidence, lock, LOCK_SPIN, LOCK_OTHER)},
	{ID(store_lock_evidence, stack)},
	{AMOUNT(store_lock_evidence, count)},
	{AMOUNT(store_lock_evidence, ns)},
	{REAL(store_lock_evidence, weight)},
};

static const struct store_column probe_columns[] = {
	{TEXT(store_probe, name)},
	{WORD(store_probe, backend, backends)},
	{WORD(store_probe, counts, counted)},
	{TEXT(store_probe, note), .nullable = true},
};

static const struct store_column probe_place_columns[] = {
	{ID(store_probe_place, probe)},
	{WORD(store_probe_place, backend, backends)},
	{TEXT(store_probe_place, place)},
	{TEXT(store_probe_place, error), .nullable = true},
};

static const struct store_column probe_call_columns[] = {
	{ID(store_probe_call, probe)},	      {ID(store_probe_call, thread)},
	{AMOUNT(store_probe_call, calls)},    {AMOUNT(store_probe_call, timed)},
	{AMOUNT(store_probe_call, ns)},	      {TIME(store_probe_call, max_ns)},
	{REAL(store_probe_call, weight)},     {REAL(store_probe_call, ns_weight)},
	{REAL(store_probe_call, spread)},     {REAL(store_probe_call, ns_spread)},
	{REAL(store_probe_call, ns2_spread)},
};

static const struct store_column histogram_columns[] = {
	{ID(store_histogram, probe)},
	{ID(store_histogram, thread)},
	{TIME(store_histogram, from_ns)},
	{TIME(store_histogram, below_ns), .from = "from_ns", .beyond = true},
	{AMOUNT(store_histogram, count)},
	{REAL(store_histogram, weight)},
};

static const struct store_column probe_evidence_columns[] = {
	{ID(store_probe_evidence, probe)},     {ID(store_probe_evidence, thread)},
	{ID(store_probe_evidence, slice)},     {ID(store_probe_evidence, stack)},
	{AMOUNT(store_probe_evidence, count)}, {AMOUNT(store_probe_evidence, ns)},
	{REAL(store_probe_evidence, weight)},
};

static const struct store_column pace_columns[] = {
	{TIME(store_pace, time_ns)},
	{WORD(store_pace, what, pace_kinds)},
	{INTEGER(store_pace, value, 0, COLUMN_TIME_MAX)},
	{INTEGER(store_pace, cost, 0, COLUMN_TIME_MAX), .nullable = true, .none = -1},
	{TEXT(store_pace, why)},
};

static const struct store_column loss_columns[] = {
	{TEXT(store_loss, kind)},
	{AMOUNT(store_loss, count)},
	{TEXT(store_loss, meaning)},
};

static const struct store_column thread_loss_columns[] = {
	{ID(store_thread_loss, thread)},
	{TEXT(store_thread_loss, kind)},
	{AMOUNT(store_thread_loss, count)},
};

static const struct store_column cost_columns[] = {
	{TEXT(store_cost, name)},
	{INTEGER(store_cost, value, INT64_MIN, INT64_MAX)},
	{TEXT(store_cost, unit)},
};

#define COLUMNS(list) .columns = (list), .column_count = G_N_ELEMENTS(list)

static const struct store_table tables[TABLE_COUNT] = {
	[TABLE_CAPTURE] = {"capture", COLUMNS(capture_columns), .order = "id"},
	[TABLE_PROCESS] = {"process", COLUMNS(process_columns), .has_id = true, .order = "id"},
	[TABLE_THREAD] = {"thread", COLUMNS(thread_columns), .has_id = true, .order = "id"},
	[TABLE_ORACLE] = {"oracle", COLUMNS(oracle_columns), .order = "thread"},
	[TABLE_THREAD_IO] = {"thread_io", COLUMNS(thread_io_columns), .since = 4,
			     .order = "thread"},
	[TABLE_PROCESS_IO] = {"process_io", COLUMNS(process_io_columns), .since = 4,
			      .order = "process"},
	[TABLE_CALL_SAMPLING] = {"call_sampling", COLUMNS(call_sampling_columns), .since = 5,
				 .order = "id"},
	[TABLE_CALL_MOMENT] = {"call_moment", COLUMNS(call_moment_columns), .since = 5,
			       .has_id = true, .order = "id"},
	[TABLE_CALL_SAMPLE] = {"call_sample", COLUMNS(call_sample_columns), .since = 5,
			       .order = "moment, process, syscall"},
	[TABLE_MODULE] = {"module", COLUMNS(module_columns), .has_id = true, .order = "id"},
	[TABLE_MAPPING] = {"mapping", COLUMNS(mapping_columns), .has_id = true, .order = "id"},
	[TABLE_FRAME] = {"frame", COLUMNS(frame_columns), .has_id = true, .order = "id"},
	[TABLE_FRAME_LINE] = {"frame_line", COLUMNS(frame_line_columns), .since = 3,
			      .order = "frame"},
	[TABLE_FRAME_INLINE] = {"frame_inline", COLUMNS(frame_inline_columns), .since = 3,
				.order = "frame, depth"},
	[TABLE_STACK] = {"stack", COLUMNS(stack_columns), .has_id = true, .order = "id"},
	[TABLE_SLICE] = {"slice", COLUMNS(slice_columns), .order = "id"},
	[TABLE_LEDGER] = {"ledger", COLUMNS(ledger_columns), .large = true, .key_count = 5,
			  .order = "thread, slice, state, syscall, class",
			  .conflict = "(thread, slice, state, syscall, class) DO UPDATE SET "
				      "count = count + excluded.count, ns = ns + excluded.ns, "
				      "runqueue_ns = runqueue_ns + excluded.runqueue_ns"},
	[TABLE_EVIDENCE] = {"evidence", COLUMNS(evidence_columns), .large = true, .order = "rowid"},
	[TABLE_SPAN] = {"span", COLUMNS(span_columns), .order = "end_ns - start_ns DESC, id"},
	[TABLE_LOCK_WAIT] = {"lock_wait", COLUMNS(lock_wait_columns), .order = "rowid"},
	[TABLE_LOCK_EVIDENCE] = {"lock_evidence", COLUMNS(lock_evidence_columns), .order = "rowid"},
	[TABLE_PROBE] = {"probe", COLUMNS(probe_columns), .since = 2, .has_id = true,
			 .order = "id"},
	[TABLE_PROBE_PLACE] = {"probe_place", COLUMNS(probe_place_columns), .since = 2,
			       .order = "rowid"},
	[TABLE_PROBE_CALL] = {"probe_call", COLUMNS(probe_call_columns), .since = 2,
			      .order = "probe, thread"},
	[TABLE_HISTOGRAM] = {"histogram", COLUMNS(histogram_columns), .since = 2,
			     .order = "probe, thread, from_ns"},
	[TABLE_PROBE_EVIDENCE] = {"probe_evidence", COLUMNS(probe_evidence_columns), .since = 2,
				  .order = "rowid"},
	[TABLE_PACE] = {"pace", COLUMNS(pace_columns), .since = 5, .order = "rowid"},
	[TABLE_LOSS] = {"loss", COLUMNS(loss_columns), .order = "kind",
			.conflict = "(kind) DO UPDATE SET count = count + excluded.count"},
	[TABLE_THREAD_LOSS] = {"thread_loss", COLUMNS(thread_loss_columns), .since = 5,
			       .order = "thread, kind"},
	[TABLE_COST] = {"cost", COLUMNS(cost_columns), .order = "name",
			.conflict = "(name) DO UPDATE SET value = excluded.value, "
				    "unit = excluded.unit"},
};

bool table__is_large(const char *name)
{
	for (size_t i = 0; i < TABLE_COUNT; i++) {
		if (tables[i].large && !strcmp(tables[i].name, name))
			return true;
	}
	return false;
}

const struct store_table *table__get(enum store_table_id id)
{
	return &tables[id];
}

static void append_names(GString *sql, const struct store_table *table, const char *suffix)
{
	for (size_t i = 0; i < table->column_count; i++)
		g_string_append_printf(sql, "%s%s%s", i ? ", " : "", table->columns[i].name,
				       suffix);
}

char *table__insert_sql(const struct store_table *table)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "INSERT INTO %s (", table->name);
	append_names(sql, table, "");
	g_string_append(sql, ") VALUES (");
	for (size_t i = 0; i < table->column_count; i++)
		g_string_append(sql, i ? ", ?" : "?");
	g_string_append_c(sql, ')');
	if (table->conflict)
		g_string_append_printf(sql, " ON CONFLICT %s", table->conflict);
	return g_string_free(sql, FALSE);
}

char *table__update_sql(const struct store_table *table)
{
	GString *sql = g_string_new(NULL);

	g_string_append_printf(sql, "UPDATE %s SET ", table->name);
	append_names(sql, table, " = ?");
	g_string_append(sql, " WHERE id = ?");
	return g_string_free(sql, FALSE);
}

char *table__select_sql(const struct store_table *table)
{
	GString *sql = g_string_new("SELECT ");

	if (table->has_id)
		g_string_append(sql, "id, ");
	append_names(sql, table, "");
	g_string_append_printf(sql, " FROM %s ORDER BY %s", table->name, table->order);
	return g_string_free(sql, FALSE);
}

const char *store_backend__name(enum store_backend backend)
{
	return backends[backend];
}

const char *store_counts__name(enum store_counts counts)
{
	return counted[counts];
}

const char *store_pace_kind__name(enum store_pace_kind kind)
{
	return pace_kinds[kind];
}
