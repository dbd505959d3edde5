/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Sums of ledger and evidence that wait in memory until their slice is over, so that each row is
 * written once or twice and not at every record.
 */
#ifndef WALLFLAME_COLLECTOR_TALLY_H
#define WALLFLAME_COLLECTOR_TALLY_H

#include "collector/roster.h"
#include "store/writer.h"

#include <stdint.h>

struct tally;

/* What spans have in common that are summed in one row. slice is from 0. */
struct stratum {
	struct thread *thread;
	uint32_t slice;
	int state; /* enum store_state */
	int32_t syscall;
	int class;
};

struct amount {
	int64_t count;
	int64_t ns;
	int64_t runqueue_ns;
};

/* A sampled stack: what stratum it speaks for, and how much more than itself it stands for. */
struct sample {
	store_id stack;
	int lock; /* enum store_lock */
	int futex_op;
	double scale; /* 1 / p */
};

struct tally *tally__new(struct store_writer *writer, struct roster *roster);
void tally__free(struct tally *tally); /* NULL is allowed */
void tally__add_ledger(struct tally *tally, const struct stratum *stratum,
		       const struct amount *amount);
void tally__add_evidence(struct tally *tally, const struct stratum *stratum,
			 const struct amount *amount, const struct sample *sample);
/* Writes and forgets the sums of slices below `before`. Returns 0 or a negative errno. */
int tally__flush(struct tally *tally, uint32_t before);

#endif
