/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The rows of a capture about probe points: checked, with indices in place of ids. */
#ifndef WALLFLAME_ANALYZER_PROBE_FACTS_H
#define WALLFLAME_ANALYZER_PROBE_FACTS_H

#include <glib.h>

#include "analyzer/ids.h"
#include "analyzer/stacks.h"
#include "store/reader.h"

#define NO_POINT NO_ID

/* Rows from `from` up to, not including, `to`. */
struct range {
	guint from, to;
};

struct point {
	const char *name;
	enum store_backend backend;
	enum store_counts counts;
	const char *note;
};

/* This and the rows below begin with the index of their point. */
struct point_place {
	uint32_t point;
	enum store_backend backend;
	const char *place;
	const char *error;
};

/* The calls of one thread; store/schema-2.sql has the meanings. */
struct point_calls {
	uint32_t point;
	uint32_t thread;
	int64_t calls;
	int64_t timed;
	int64_t ns;
	int64_t max_ns;
	double weight;
	double ns_weight;
	double spread;
	double ns_spread;
	double ns2_spread;
};

struct bucket {
	uint32_t point;
	uint32_t thread;
	int64_t from_ns;
	int64_t below_ns;
	double weight;
};

struct point_draw {
	uint32_t point;
	uint32_t thread;
	uint32_t stack;
	int64_t count;
	int64_t ns;
	double weight;
};

struct probe_facts {
	struct ids ids;
	GHashTable *names; /* name -> index of the point + 1 */
	GArray *points; /* struct point */
	/* By point; in the order of the capture within it. */
	GArray *places; /* struct point_place */
	GArray *calls; /* struct point_calls */
	GArray *buckets; /* struct bucket */
	GArray *draws; /* struct point_draw */
};

/* The ids that rows of probe points refer to. */
struct probe_context {
	const struct ids *threads;
	const struct ids *slices;
	const struct stacks *stacks;
	GStringChunk *strings;
};

/* 0 or a negative errno with *error set, or store_reader__error; to be freed in any case. */
int probe_facts__read(struct probe_facts *facts, const struct probe_context *context,
		      struct store_reader *reader, char **error);
void probe_facts__free(struct probe_facts *facts);
/* Index of the point of that name, or NO_POINT. */
uint32_t probe_facts__find(const struct probe_facts *facts, const char *name);

/* Those of `rows`, one of the arrays by point, that are the point's; none for NO_POINT. */
struct range probe_facts__of(const GArray *rows, uint32_t point);

#endif
