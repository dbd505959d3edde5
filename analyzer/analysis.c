// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/analysis.h"

#include <errno.h>

#include "analyzer/private.h"
#include "analyzer/rules.h"
#include "analyzer/wholeness.h"

void analysis__classify(struct facts *facts)
{
	for (guint i = 0; i < facts->kinds.rows->len; i++) {
		struct kind *kind = &g_array_index(facts->kinds.rows, struct kind, i);
		struct question question = {
			.stack = stacks__facts(facts->stacks, kind->stack),
			.state = kind->state,
			.lock = kind->lock,
			.syscall = kind->syscall,
			.futex_op = kind->futex_op,
		};

		kind->cause = rules__match(&question);
		kind->figures = figures__of_cause(kind->cause) | functions__of_kind(facts, kind);
	}
}

static void name_causes(struct analysis *analysis)
{
	analysis->cause_names = g_new(const char *, CAUSE_COUNT);
	analysis->cause_name_count = CAUSE_COUNT;
	for (int cause = 0; cause < CAUSE_COUNT; cause++)
		analysis->cause_names[cause] = cause__path(cause);
}

static void analyze(struct analysis *analysis, struct facts *facts, bool by_slice)
{
	struct figures figures = {0};

	name_causes(analysis);
	analysis__sum(analysis, facts);
	facts__sort(facts);
	analysis__classify(facts);
	analysis__share(analysis, facts, &figures, by_slice || facts->unobserved->len > 0);
	analysis__spread_unobserved(analysis, facts, &figures);
	analysis__rank_causes(analysis, &figures);
	analysis__list_functions(analysis, facts, &figures);
	analysis__list_locks(analysis, facts);
	analysis__list_calls(analysis, facts);
	analysis__explain_spans(analysis, facts);
	analysis__weigh_user_stacks(analysis, facts);
}

static int load(struct analysis **out, const char *path, bool by_slice, char **error)
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
		analyze(analysis, &facts, by_slice);
	facts__free(&facts);
	store_reader__close(reader);
	if (status) {
		analysis__free(analysis);
		return status;
	}
	*out = analysis;
	return 0;
}

int analysis__load(struct analysis **out, const char *path, char **error)
{
	return load(out, path, true, error);
}

int analysis__load_summed(struct analysis **out, const char *path, char **error)
{
	return load(out, path, false, error);
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
	g_free(analysis->thread_losses);
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
