/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The rows of a capture as the analysis works on them: checked, with indices in place of ids. */
#ifndef WALLFLAME_ANALYZER_FACTS_H
#define WALLFLAME_ANALYZER_FACTS_H

#include <glib.h>

#include "analyzer/analysis.h"
#include "analyzer/call_facts.h"
#include "analyzer/causes.h"
#include "analyzer/ids.h"
#include "analyzer/pack.h"
#include "analyzer/probe_facts.h"
#include "analyzer/registry.h"
#include "analyzer/stacks.h"

/*
 * Where a time lies: a stratum. In this order all classes of a system call of a process are one
 * run. No padding: strata are found by these bytes.
 */
struct key {
	uint32_t process;
	int32_t syscall;
	uint32_t thread;
	uint16_t state;
	uint16_t class;
};

/* A row of the ledger. */
struct cell {
	uint32_t slice;
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};

/* A row of the ledger of time that was not observed. */
struct unseen_cell {
	struct key key;
	uint32_t slice;
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};

/* The two times of a stratum; both rest on the same draws, so their errors go together. */
enum part {
	PART_STATE,
	PART_RUNQUEUE,
	PART_COUNT,
};

/* What draws mean. No padding up to `cause`: kinds are found by these bytes. */
struct kind {
	uint32_t process;
	int32_t syscall;
	uint32_t stack;
	int16_t futex_op;
	uint8_t state;
	uint8_t lock;
	uint8_t cause;
	uint64_t figures; /* the figures it counts for: figures.h */
	double weight[PART_COUNT]; /* of all its draws */
};

/* A row of the evidence. */
struct draw {
	uint32_t slice;
	uint32_t kind; /* index in facts.kinds */
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
	double weight;
	double runqueue_weight;
};

/* The rows of one stratum. */
struct stratum {
	struct key key;
	int64_t count; /* cells: spans */
	double ns; /* cells: in the state */
	double weight[PART_COUNT]; /* draws: those above 0 */
	struct pack rows;
};

struct lock_fact {
	uint64_t address;
	uint32_t thread;
	uint32_t slice;
	uint8_t lock;
	int64_t count;
	int64_t ns;
	int64_t max_ns;
};

struct lock_draw {
	uint64_t address;
	uint32_t stack;
	uint8_t lock;
	double weight;
};

struct facts {
	struct ids processes, threads, slices;
	/* struct stratum, sorted once all are read; their rows by slice. */
	struct registry cells, draws; /* cells: of time that was observed */
	struct registry kinds; /* struct kind */
	GArray *unobserved; /* struct unseen_cell */
	GArray *locks; /* struct lock_fact */
	GArray *lock_draws; /* struct lock_draw */
	GArray *span_calls; /* int64_t, a span each: the number of its system call */
	struct probe_facts probes;
	struct call_facts calls;
	struct stacks *stacks;
};

int key__compare(const struct key *a, const struct key *b);

void facts__init(struct facts *facts);
void facts__free(struct facts *facts);

void facts__add_cell(struct facts *facts, const struct key *key, const struct cell *cell);
/* `kind` has what it is found by; the draw's own is set here. */
void facts__add_draw(struct facts *facts, const struct key *key, const struct kind *kind,
		     struct draw *draw);
/* Once all have been added. */
void facts__sort(struct facts *facts);

/* The rows of a stratum take the place of what the array had. */
void stratum__cells(const struct stratum *stratum, GArray *cells);
void stratum__draws(const struct stratum *stratum, GArray *draws);
const struct stratum *stratum__at(const struct registry *strata, guint index);
const struct kind *kind__at(const struct facts *facts, uint32_t index);

#endif
