// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "book.h"

#include "analyzer/chances.h"

#include <glib/gstdio.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

static void check(struct book *book, int status)
{
	if (status)
		fail_msg("%s", store_writer__error(book->writer));
}

struct book *book__open(int slices)
{
	struct book *book = g_new0(struct book, 1);
	struct store_capture capture = {
		.tool_version = "test",
		.host = "host",
		.kernel = "6.1.0",
		.machine = "x86_64",
		.cpus = 2,
		.started_unix_ns = SECOND,
		.t0_ns = T0,
		.progress_ns = T0,
		.slice_ns = SECOND,
		.backend = "bpf-raw-tracepoint",
		.cpu_clock = "cpu-clock",
		.cpu_clock_hz = 99,
		.lock_backend = "contention-tracepoints",
		.stack_period_ns = 5000000,
		.target = "1",
	};
	struct store_process process = {
		.pid = 1, .comm = "test", .uid = -1, .start_ns = T0, .exe = "/bin/test"};
	char *error = NULL;

	book->dir = g_dir_make_tmp("wallflame-analyzer-XXXXXX", NULL);
	assert_non_null(book->dir);
	book->path = g_build_filename(book->dir, "capture.db", NULL);
	book->frames = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	book->stacks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	book->end_ns = T0 + slices * SECOND;
	if (store_writer__create(&book->writer, book->path, false, &error))
		fail_msg("%s", error);
	check(book, store_writer__capture(book->writer, &capture));
	check(book, store_writer__process(book->writer, &process, &book->process));
	for (int i = 0; i < slices; i++) {
		struct store_slice slice = {i + 1, T0 + i * SECOND, T0 + (i + 1) * SECOND};

		check(book, store_writer__slice(book->writer, &slice));
	}
	return book;
}

void book__free(struct book *book)
{
	if (book->writer)
		store_writer__abandon(book->writer, true);
	g_unlink(book->path);
	g_rmdir(book->dir);
	g_free(book->path);
	g_free(book->dir);
	g_hash_table_destroy(book->frames);
	g_hash_table_destroy(book->stacks);
	g_free(book);
}

store_id book__thread(struct book *book, int64_t tid)
{
	struct store_thread row = {.process = book->process,
				   .tid = tid,
				   .comm = "thread",
				   .start_ns = T0,
				   .end_ns = book->end_ns};
	store_id id;

	check(book, store_writer__thread(book->writer, &row, &id));
	return id;
}

static store_id *slot(GHashTable *table, char *key)
{
	store_id *id = g_hash_table_lookup(table, key);

	if (id) {
		g_free(key);
		return id;
	}
	/* The id lives behind the key's text, in the same allocation. */
	size_t length = strlen(key) + 1, at = (length + 7) & ~(size_t)7;
	char *both = g_malloc0(at + sizeof(store_id));

	memcpy(both, key, length);
	g_free(key);
	id = (store_id *)(void *)(both + at);
	g_hash_table_insert(table, both, id);
	return id;
}

/* A line of its own for every function. */
static void inline_calls(struct book *book, store_id frame, char **names)
{
	check(book, store_writer__frame_line(book->writer, frame, "caller.c", 100));
	for (int64_t depth = 1; names[depth]; depth++)
		check(book, store_writer__frame_inline(book->writer, frame, depth, names[depth],
						       "inlined.h", 100 + depth));
}

static store_id frame(struct book *book, const char *name, enum store_frame_kind kind)
{
	store_id *id = slot(book->frames, g_strdup_printf("%d %s", kind, name));
	bool name_only = *name == '@';
	char **names = g_strsplit(name + name_only, "^", -1);
	struct store_frame row = {.kind = kind, .symbol = names[0], .offset = name_only ? 0 : 16};

	if (!strcmp(names[0], "?"))
		row.symbol = NULL;
	if (!*id) {
		check(book, store_writer__frame(book->writer, &row, id));
		if (names[1])
			inline_calls(book, *id, names);
	}
	g_strfreev(names);
	return *id;
}

store_id book__stack(struct book *book, const char *text)
{
	store_id parent = 0;
	enum store_frame_kind kind = FRAME_USER;

	while (*text) {
		size_t length = strcspn(text, ";|");
		char *name = g_strndup(text, length);

		if (length) {
			bool note = name[0] == '[';
			struct store_stack row = {parent,
						  frame(book, name, note ? FRAME_NOTE : kind)};
			store_id *id = slot(book->stacks, g_strdup_printf("%" PRId64 " %" PRId64,
									  row.parent, row.frame));

			if (!*id)
				check(book, store_writer__stack(book->writer, &row, id));
			parent = *id;
		}
		g_free(name);
		text += length;
		if (*text == '|')
			kind = FRAME_KERNEL;
		text += *text != 0;
	}
	return parent;
}

void book__ledger(struct book *book, struct store_ledger row)
{
	check(book, store_writer__ledger(book->writer, &row));
}

void book__evidence(struct book *book, struct store_evidence row)
{
	check(book, store_writer__evidence(book->writer, &row));
}

void book__close(struct book *book)
{
	char *error = NULL;
	int status = store_writer__close(book->writer, book->end_ns, "duration", 5000000, &error);

	book->writer = NULL;
	if (status)
		fail_msg("%s", error);
}

struct analysis *book__analyze(struct book *book)
{
	struct analysis *analysis;
	char *error = NULL;

	book__close(book);
	if (analysis__load(&analysis, book->path, &error))
		fail_msg("%s", error);
	assert_consistent(analysis);
	return analysis;
}

const struct cause_row *cause_of(const struct analysis *analysis, const char *path)
{
	for (size_t i = 0; i < analysis->cause_count; i++) {
		if (!strcmp(analysis->causes[i].path, path))
			return &analysis->causes[i];
	}
	fail_msg("no cause %s", path);
	return NULL;
}

const struct function_row *function_of(const struct analysis *analysis, const char *name)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		if (!strcmp(analysis->functions[i].name, name))
			return &analysis->functions[i];
	}
	fail_msg("no function %s", name);
	return NULL;
}

static void assert_figure(const struct figure *figure)
{
	assert_true(isfinite(figure->low) && isfinite(figure->ns) && isfinite(figure->high));
	assert_true(0 <= figure->low);
	assert_true(figure->low <= figure->ns);
	assert_true(figure->ns <= figure->high);
	assert_in_range(figure->basis, BASIS_EXACT, BASIS_ESTIMATED);
	if (figure->basis == BASIS_EXACT) {
		assert_near(figure->low, figure->ns);
		assert_near(figure->high, figure->ns);
	}
}

static void assert_latency(const struct latency *latency)
{
	const double quantiles[] = {latency->p50_ns, latency->p90_ns, latency->p99_ns,
				    latency->p999_ns, latency->max_ns};

	assert_true(latency->timed >= 0);
	assert_true(isfinite(latency->max_ns));
	for (size_t i = 0; i < G_N_ELEMENTS(quantiles); i++) {
		assert_true(isnan(quantiles[i]) == isnan(latency->p50_ns) || i == 4);
		assert_false(i && quantiles[i] < quantiles[i - 1]);
		assert_false(quantiles[i] < 0);
	}
}

/* The pieces of a point make the time inside its calls. */
static void assert_pieces(const struct analysis *analysis, const struct function_row *row)
{
	double all = 0;

	for (size_t i = 0; i < row->piece_count; i++) {
		const struct call_piece *piece = &row->pieces[i];

		assert_true(piece->ns > 0 && isfinite(piece->ns));
		assert_true(!piece->stack || piece->thread < analysis->thread_count);
		assert_in_range(piece->basis, BASIS_EXACT, BASIS_ESTIMATED);
		all += piece->ns;
	}
	if (row->latency.timed)
		assert_near(all, row->inside.ns);
}

/* The pieces of a point by stacks make the time under it; its slices are the pieces'. */
static void assert_points(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		const struct function_row *row = &analysis->functions[i];
		double ns = 0;

		for (size_t j = 0; j < analysis->piece_count && row->point >= 0; j++)
			ns += analysis->pieces[j].points >> row->point & 1 ? analysis->pieces[j].ns
									   : 0;
		if (row->point >= 0)
			assert_near(ns, row->wall.ns);
	}
}

/* The waits of a lock in its slices are all of them. */
static void assert_lock_times(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->lock_count; i++) {
		const struct lock_row *row = &analysis->locks[i];
		int64_t ns = 0, count = 0, threads = 0;

		for (size_t j = 0; j < row->time_count; j++) {
			const struct lock_time *time = &analysis->lock_times[row->first_time + j];

			assert_true(time->slice < analysis->slice_count);
			assert_true(time->thread < analysis->thread_count);
			threads += j == 0 || time->thread != time[-1].thread;
			count += time->count;
			ns += time->ns;
		}
		assert_true(ns == row->ns && count == row->count && threads == row->threads);
	}
}

/* Pieces make the time of each state; what was not observed they have in the others. */
static void assert_slice(const struct slice_row *slice, const double *by_state)
{
	bool whole = slice->states.ns[STATE_UNOBSERVED] <= 0;
	double pieces = 0, states = 0;

	for (int state = 0; state < STATE_COUNT; state++) {
		pieces += by_state[state];
		states += slice->states.ns[state];
		if (whole || state == STATE_RUNNING)
			assert_near(by_state[state], slice->states.ns[state]);
		else if (state != STATE_UNOBSERVED)
			assert_true(by_state[state] >= slice->states.ns[state] * (1 - 1e-6) - 1e-3);
	}
	assert_near(pieces, states);
}

struct figure sum_of_pieces(const struct analysis *analysis, store_id stack, const char *cause)
{
	struct chances *chances = chances__new();
	struct chance *counted = g_new(struct chance, analysis->piece_count);
	struct figure figure;

	for (size_t i = 0; i < analysis->piece_count; i++)
		counted[i] = chances__count(chances, analysis, &analysis->pieces[i], 0);
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if ((!stack || piece->stack == stack) &&
		    (!cause || !strcmp(analysis->cause_names[piece->cause], cause)))
			chances__add(chances, &counted[i], piece->ns, piece->basis);
	}
	figure =
		chances__sum(chances, (stack ? IN_COMMON_CODE : 0) | (cause ? IN_COMMON_CAUSE : 0));
	g_free(counted);
	chances__free(chances);
	return figure;
}

void assert_consistent(const struct analysis *analysis)
{
	double *by_cause = g_new0(double, analysis->cause_name_count);
	double *by_cell = g_new0(double, analysis->slice_count *STATE_COUNT);
	double all = 0;

	assert_points(analysis);
	assert_lock_times(analysis);
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		assert_true(piece->ns > 0);
		assert_true(piece->grain >= 0);
		assert_true(piece->thread < analysis->thread_count);
		assert_true(piece->slice < analysis->slice_count);
		assert_true(piece->cause < analysis->cause_name_count);
		by_cause[piece->cause] += piece->ns;
		by_cell[piece->slice * STATE_COUNT + piece->state] += piece->ns;
		all += piece->ns;
	}
	assert_near(all, analysis->accounted_ns);
	for (size_t i = 0; i < analysis->slice_count; i++)
		assert_slice(&analysis->slices[i], &by_cell[i * STATE_COUNT]);
	for (size_t i = 0; i < analysis->cause_name_count; i++) {
		const struct cause_row *row = cause_of(analysis, analysis->cause_names[i]);

		assert_near(by_cause[i], row->time.ns);
		assert_figure(&row->time);
	}
	for (size_t i = 0; i < HEADLINE_COUNT; i++)
		assert_figure(&analysis->headlines[i].time);
	for (size_t i = 0; i < analysis->function_count; i++) {
		assert_figure(&analysis->functions[i].wall);
		assert_figure(&analysis->functions[i].blocked);
		assert_true(analysis->functions[i].blocked.ns <=
			    analysis->functions[i].wall.ns * (1 + 1e-9) + 1e-3);
		assert_figure(&analysis->functions[i].inside);
		assert_latency(&analysis->functions[i].latency);
		assert_pieces(analysis, &analysis->functions[i]);
		assert_non_null(analysis->functions[i].backend);
		assert_true((analysis->functions[i].calls < 0) == !analysis->functions[i].counts);
	}
	g_free(by_cause);
	g_free(by_cell);
}

static void add_figure(GString *text, const char *name, const struct figure *figure)
{
	g_string_append_printf(text, "%s %a %a %a %s\n", name, figure->ns, figure->low,
			       figure->high, basis__name(figure->basis));
}

char *text_of(const struct analysis *analysis)
{
	GString *text = g_string_new(NULL);

	for (size_t i = 0; i < analysis->cause_count; i++)
		add_figure(text, analysis->causes[i].path, &analysis->causes[i].time);
	for (size_t i = 0; i < analysis->function_count; i++) {
		add_figure(text, analysis->functions[i].name, &analysis->functions[i].wall);
		g_string_append_printf(text, "%s\n",
				       analysis->functions[i].symbol ? analysis->functions[i].symbol
								     : "-");
	}
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		g_string_append_printf(text, "%u %u %u %d %d %" PRId64 " %a %d\n", piece->thread,
				       piece->slice, piece->cause, piece->state, piece->syscall,
				       piece->stack, piece->ns, piece->basis);
	}
	return g_string_free(text, FALSE);
}
