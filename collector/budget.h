/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * How dearly to sample, so that a capture stays within its budget. Plain arithmetic: it is told
 * what the capture has cost and says what to do; it measures nothing and changes nothing itself.
 */
#ifndef WALLFLAME_COLLECTOR_BUDGET_H
#define WALLFLAME_COLLECTOR_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

/* Steps of sampling, from what was asked for to the least. */
#define BUDGET_STEPS 8
/* Not less of the ledger is kept, in a share of the time. */
#define BUDGET_LEAST_LEDGER 0.01

/* How dearly to sample. */
struct pace {
	int64_t stack_period_ns; /* T of the sampling rule */
	int64_t hz; /* of the CPU clock */
	int64_t copy_bytes; /* the most that is copied of a user stack */
	double ledger; /* the share of the time in which the ledger is kept: 1 is always */
};

/* Made by budget__begin(). */
struct budget {
	double share; /* of all CPUs, that may be taken */
	bool bounds_ledger; /* it may be kept for a part of the time only */
	int step; /* 0: as dearly as was asked for */
	double ledger;
	double debt; /* taken beyond the share and not made up for: seconds of all CPUs */
	int calm; /* measurements in a row that were well under the share */
};

enum budget_verdict {
	BUDGET_KEPT, /* nothing is to be changed */
	BUDGET_OVER, /* less was decided */
	BUDGET_UNDER, /* more was decided */
	BUDGET_EXHAUSTED, /* too dear, and there is nothing left to be lowered */
};

struct budget budget__begin(double share, bool bounds_ledger);

/*
 * What was measured of the last `seconds`: `cost` is what was taken, as a share of all CPUs. Down
 * by as many steps as the cost is powers of two above the share, and at once; up by one, and only
 * after some measurements well under it. What was taken beyond the share is to be made up for
 * within some seconds. The ledger is touched only at the last step.
 */
enum budget_verdict budget__measured(struct budget *budget, double cost, double seconds);

/* The pace of the budget's step, where `most` was asked for: in no way dearer than that. */
struct pace budget__pace(const struct budget *budget, const struct pace *most);

#endif
