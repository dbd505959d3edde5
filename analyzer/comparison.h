/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Two captures beside each other: what takes more time, what less, and where they do not tell.
 * docs/diff.md has the formulas.
 */
#ifndef WALLFLAME_ANALYZER_COMPARISON_H
#define WALLFLAME_ANALYZER_COMPARISON_H

#include "analyzer/analysis.h"

enum side {
	SIDE_BEFORE,
	SIDE_AFTER,
	SIDES,
};
/* "before", "after". */
const char *side__name(enum side side);

/* What times are divided by. */
enum divisor {
	PER_WALL_SECOND, /* of the window */
	PER_THREAD_SECOND, /* of the threads' lives */
	PER_WORK, /* a call, or an operation of the user's */
};

/* What is asked for. */
struct comparison_request {
	enum divisor divisor;
	const char *work; /* PER_WORK: a probe point, "read" or "write"; NULL: an operation */
	double operations[SIDES]; /* of an operation: how many each capture saw; above 0 */
};

/* What was taken. */
struct comparison_unit {
	enum divisor divisor;
	const char *name; /* "second of wall time", "call of openat" */
	double amount[SIDES]; /* of it in each capture; above 0 */
	/* "exact", "given", or "at least": some were not seen. Of wall time and threads: exact. */
	const char *quality[SIDES];
	/* What a second of the window has of it. */
	double a_second[SIDES];
};

enum verdict {
	VERDICT_MORE,
	VERDICT_LESS,
	VERDICT_SAME, /* no difference that these captures can show */
	VERDICT_TOO_LITTLE, /* too small a sample to say anything */
	VERDICT_COUNT,
};
/* "more", "less", "no difference", "too little". */
const char *verdict__name(enum verdict verdict);

struct change_side {
	double value; /* ns for one of the unit */
	double ns; /* in the whole capture */
	enum basis basis;
	int64_t count; /* calls of a probe point, waits for a lock; -1: not known */
	bool count_exact;
};

struct change_row {
	const char *name; /* "lock/futex", "openat", "rwsem-write"; NULL: a stack */
	/* The function of a probe point or lock; of a stack the kernel's that it is about, not the
	 * scheduler or a helper; or NULL. */
	const char *where;
	/* Of a stack, root first; as analysis__stack gives them. */
	const struct frame_row *const *frames;
	size_t frame_count;
	bool idle; /* waiting for work, not a cost */
	struct change_side side[SIDES];
	double change; /* of the value */
	double low, high; /* its 95 % interval; infinite where nothing is known */
	double p; /* chance of such a change without any; NAN: not tested */
	double adjusted_p; /* the same in the face of all rows that were tested (Holm) */
	enum verdict verdict;
	const char *why; /* VERDICT_TOO_LITTLE: of what; else NULL */
};

enum compared {
	COMPARED_TOTALS, /* all thread time, and what of it is not idle */
	COMPARED_CAUSES,
	COMPARED_FUNCTIONS,
	COMPARED_LOCKS, /* of one kind and wanted by one function: addresses change */
	COMPARED_STACKS, /* those that are not too small */
	COMPARED_COUNT,
};

struct change_table {
	struct change_row *rows; /* largest change first; totals in their order */
	size_t count;
	/* Stacks only: those too small for a row, and their time in each capture. */
	size_t left_out;
	double left_out_ns[SIDES];
};

struct comparison {
	const struct analysis *analyses[SIDES];
	struct comparison_unit unit;
	struct change_table tables[COMPARED_COUNT];
	size_t tested; /* rows, of all tables */
	char **warnings; /* NULL-terminated: what makes the two less comparable */
	struct comparison_private *priv;
};

/* Rows are tested from here on; docs/diff.md says why. */
#define COMPARED_SLICES 5 /* worth of them, on each side */
#define COMPARED_FILLED 4 /* worth of slices that have it, on the side that has more */
#define COMPARED_DRAWS 20 /* worth of them, on the side that has more */
#define COMPARED_SHARE 0.005 /* of the time that is not idle, on that side */
#define COMPARED_STACK_SHARE 0.01
/* The margin of a finding: changes below this share of the row itself, or of the time that is not
 * idle, are what a machine may do by itself from one capture to the next. */
#define COMPARED_OWN_MARGIN 0.02
#define COMPARED_MARGIN 0.001
#define COMPARED_LEVEL 0.05 /* chance of any false finding in the whole comparison */

/*
 * Compares two analyses, which must live as long as the comparison. Returns 0 or a negative errno
 * with *error malloc'ed for the caller to free: -EINVAL when the two cannot be compared, -ENOENT
 * when the work was not counted. The caller frees *out with comparison__free.
 */
int comparison__new(struct comparison **out, const struct analysis *before,
		    const struct analysis *after, const struct comparison_request *request,
		    char **error);
void comparison__free(struct comparison *comparison);

#endif
