/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The steps of an analysis, in the order in which they are taken. */
#ifndef WALLFLAME_ANALYZER_PRIVATE_H
#define WALLFLAME_ANALYZER_PRIVATE_H

#include "analyzer/analysis.h"
#include "analyzer/facts.h"
#include "analyzer/figures.h"
#include "store/reader.h"

struct analysis_private {
	GStringChunk *strings;
	struct stacks *stacks;
};

/* Adds, and stays at the largest value: a damaged capture must not wrap a sum around. */
static inline void sum__add(int64_t *sum, int64_t value)
{
	if (__builtin_add_overflow(*sum, value, sum))
		*sum = INT64_MAX;
}

/* Fills the rows that are facts as they are, and *facts. 0 or a negative errno with *error set. */
int analysis__read(struct analysis *analysis, struct facts *facts, struct store_reader *reader,
		   char **error);
/* Adds what was read and written to the rows of threads and processes. 0 or a negative errno with
 * *error set, or the reader's. */
int analysis__read_io(struct analysis *analysis, const struct facts *facts,
		      struct store_reader *reader, char **error);
/* Exact sums of the ledger, and how well they conserve time. */
void analysis__sum(struct analysis *analysis, const struct facts *facts);
/* The probe points that this analyzer knows, in some order; NULL beyond the last. */
const char *functions__name(size_t index);
/* The figures of probe points that a kind counts for, by its stack, cause and system call. */
uint64_t functions__of_kind(const struct facts *facts, const struct kind *kind);
/* Those that any time of this state and system call counts for. */
uint64_t functions__of_syscall(enum store_state state, int64_t syscall);
/* Those that time of this state may count for when neither its stack nor its call is known. */
uint64_t functions__possible(enum store_state state);
/* A cause for every kind, and what figures it belongs to. */
void analysis__classify(struct facts *facts);
/* Shares the ledger out over the evidence: the pieces, each of one slice or of all, and the
 * figures. */
void analysis__share(struct analysis *analysis, const struct facts *facts, struct figures *figures,
		     bool by_slice);
/* Shares time in which threads were not watched out over the pieces: more pieces, and the figures.
 */
void analysis__spread_unobserved(struct analysis *analysis, const struct facts *facts,
				 struct figures *figures);
void analysis__rank_causes(struct analysis *analysis, const struct figures *figures);
void analysis__list_functions(struct analysis *analysis, const struct facts *facts,
			      const struct figures *figures);
void analysis__list_locks(struct analysis *analysis, const struct facts *facts);
/* What was counted in moments, as calls a second. */
void analysis__list_calls(struct analysis *analysis, const struct facts *facts);
/* Spans were read without a cause: finds it by the evidence of the same stack. */
void analysis__explain_spans(struct analysis *analysis, const struct facts *facts);

#endif
