/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The rows of a capture as the analysis works on them: checked, with indices in place of ids. */
#ifndef WALLFLAME_ANALYZER_FACTS_H
#define WALLFLAME_ANALYZER_FACTS_H

#include <glib.h>

#include "analyzer/analysis.h"
#include "analyzer/call_facts.h"
#include "analyzer/causes.h"
#include "analyzer/ids.h"
#include "analyzer/probe_facts.h"
#include "analyzer/stacks.h"

/*
 * Where a time lies. In this order a stratum (all but the slice) is one run of rows, and so are all
 * classes of a system call of a process.
 */
struct key {
	uint32_t process;
	int32_t syscall;
	uint8_t state;
	uint8_t class;
	uint32_t thread;
	uint32_t slice;
};

/* A row of the ledger. */
struct cell {
	struct key key;
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};

/* A row of the evidence. */
struct draw {
	struct key key;
	uint32_t stack;
	uint8_t lock;
	int16_t futex_op;
	uint8_t cause;
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
	double weight;
	double runqueue_weight;
	uint64_t figures; /* the figures it counts for: figures.h */
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
	GArray *cells; /* struct cell, sorted; of time that was observed */
	GArray *unobserved; /* struct cell */
	GArray *draws; /* struct draw, sorted */
	GArray *locks; /* struct lock_fact */
	GArray *lock_draws; /* struct lock_draw */
	GArray *span_calls; /* int64_t, a span each: the number of its system call */
	struct probe_facts probes;
	struct call_facts calls;
	struct stacks *stacks;
};

int key__compare(const struct key *a, const struct key *b);
void facts__free(struct facts *facts);

#endif
