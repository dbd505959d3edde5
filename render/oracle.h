/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The ledger beside the kernel's own books, summed over the threads that have an entry in both. */
#ifndef WALLFLAME_RENDER_ORACLE_H
#define WALLFLAME_RENDER_ORACLE_H

#include "analyzer/analysis.h"
#include "render/units.h"

#include <stdbool.h>
#include <stddef.h>

enum oracle_book {
	ORACLE_RUN,
	ORACLE_RUN_QUEUE,
	ORACLE_VOLUNTARY,
	ORACLE_INVOLUNTARY,
	ORACLE_BOOK_COUNT,
};

struct oracle_sum {
	const char *name; /* "run_ns" */
	const char *title; /* for people */
	bool is_time; /* nanoseconds, otherwise a count */
	size_t threads; /* compared; 0: the kernel's books could not be read */
	double ledger;
	double kernel;
	double difference; /* (ledger - kernel) / kernel, 0 where the kernel has 0 */
	double late_ns; /* how late at most the kernel's were read; NAN: not known */
	bool may_be_why; /* that it differs */
};

struct oracle_sum oracle__sum(const struct analysis *analysis, enum oracle_book book);
/* "read up to 250.0 ms late" where that may be why it differs, or nothing. */
struct unit_text oracle__lateness(const struct oracle_sum *sum);

#endif
