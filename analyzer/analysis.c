// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"

#include <errno.h>

#include "analyzer/private.h"
#include "analyzer/rules.h"
#include "analyzer/wholeness.h"

static gint by_key(gconstpointer a, gconstpointer b)
{
	/* Cells and draws both begin with their key. */
	return key__compare(a, b);
}
_Static_assert(!offsetof(struct cell, key) && !offsetof(struct draw, key), "see by_key");

void analysis__classify(struct facts *facts)
{
	for (guint i = 0; i < facts->draws->len; i++) {
		struct draw *draw = &g_array_index(facts->draws, struct draw, i);
		struct question question = {
			.stack = stacks__facts(facts->stacks, draw->stack),
			.state = draw->key.state,
			.lock = draw->lock,
			.syscall = draw->key.syscall,
			.futex_op = draw->futex_op,
		};

		draw->cause = rules__match(&question);
		draw->figures = figures__of_cause(draw->cause) | functions__of_draw(facts, draw);
	}
}

static void name_causes(struct analysis *analysis)
{
	analysis->cause_names = g_new(const char *, CAUSE_COUNT);
	analysis->cause_name_count = CAUSE_COUNT;
	for (int cause = 0; cause < CAUSE_COUNT; cause++)
		analysis->cause_names[cause] = cause__path(cause);
}

static void analyze(struct analysis *analysis, struct facts *facts)
{
	struct figures figures = {0};

	name_causes(analysis);
	analysis__sum(analysis, facts);
	g_array_sort(facts->cells, by_key);
	g_array_sort(facts->draws, by_key);
	analysis__classify(facts);
	analysis__share(analysis, facts, &figures);
	analysis__spread_unobserved(analysis, facts, &figures);
	analysis__rank_causes(analysis, &figures);
	analysis__list_functions(analysis, facts, &figures);
	analysis__list_locks(analysis, facts);
	analysis__list_calls(analysis, facts);
	analysis__explain_spans(analysis, facts);
	analysis__weigh_user_stacks(analysis, facts);
}

int analysis__load(struct analysis **out, const char *path, char **error)
{
	struct store_reader *reader;
	struct analysis *analysis;
	struct facts facts = {0};
	int status;

	*out = NULL;
	*error = NULL;
	status = store_reader__open(&reader, path, error);
	if (status)
		return status;
	analysis = g_new0(struct analysis, 1);
	analysis->priv = g_new0(struct analysis_private, 1);
	analysis->priv->strings = g_string_chunk_new(4096);
	status = analysis__read(analysis, &facts, reader, error);
	if (!status)
		analyze(analysis, &facts);
	facts__free(&facts);
	store_reader__close(reader);
	if (status) {
		analysis__free(analysis);
		return status;
	}
	*out = analysis;
	return 0;
}

void analysis__free(struct analysis *analysis)
{
	if (!analysis)
		return;
	stacks__free(analysis->priv->stacks);
	g_string_chunk_free(analysis->priv->strings);
	g_free(analysis->priv);
	g_free(analysis->processes);
	g_free(analysis->threads);
	g_free(analysis->slices);
	g_free(analysis->syscalls);
	g_free(analysis->causes);
	for (size_t i = 0; i < analysis->function_count; i++) {
		g_free(analysis->functions[i].buckets);
		g_free(analysis->functions[i].pieces);
		g_free(analysis->functions[i].places);
	}
	g_free(analysis->functions);
	g_free(analysis->locks);
	g_free(analysis->calls);
	g_free(analysis->lock_times);
	g_free(analysis->spans);
	g_free(analysis->losses);
	g_free(analysis->costs);
	g_free(analysis->paces);
	g_free(analysis->pieces);
	g_free((void *)analysis->cause_names);
	g_free(analysis);
}

const struct frame_row *const *analysis__stack(const struct analysis *analysis, store_id stack,
					       size_t *count)
{
	return stacks__rows(analysis->priv->stacks, stack, count);
}
