/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Sums over moments of what was counted in them, by process and system call. */
#ifndef WALLFLAME_ANALYZER_CALL_TALLY_H
#define WALLFLAME_ANALYZER_CALL_TALLY_H

#include <glib.h>

#include "analyzer/analysis.h"
#include "analyzer/call_facts.h"
#include "analyzer/ratio.h"

/* In place of a system call's number: several of them, of a process. */
enum call_group {
	GROUP_ALL = -10,
	GROUP_KERNEL = -11, /* that the kernel counts, too */
	GROUP_TWICE = -12, /* that it counts as a read and a write each */
	GROUP_COUNT = -20, /* + enum store_io_count: that it counts as one */
};

struct call_tally {
	size_t process; /* index in analysis.processes, or CALLS_OF_ALL */
	int64_t nr; /* or enum call_group */
	struct call_row row;
	uint32_t moment; /* that `open` is of */
	struct call_fact open; /* sums of a moment that may go on */
	/* Sums over the moments that have any of it. */
	struct ratio rate; /* calls to ns */
	struct ratio bytes; /* to calls */
	struct ratio whole; /* ns to whole calls */
	struct ratio alike; /* calls to those of the process that the kernel counts as the same */
	struct ratio beside; /* calls to all of the process that the kernel counts */
	size_t only_process; /* whose calls these are; CALLS_OF_ALL: of several */
	double kept_away; /* the share of calls that counting may have kept from being made */
};

struct call_tallies;

struct call_tallies *call_tallies__new(const struct call_facts *facts);
void call_tallies__free(struct call_tallies *tallies);

/* NULL when there is none. */
struct call_tally *call_tallies__find(const struct call_tallies *tallies, size_t process,
				      int64_t nr);
/* All of them, in the order in which they were seen; they live as long as the tallies. */
const GPtrArray *call_tallies__all(const struct call_tallies *tallies);
/* The rate with the moments that have none of it. */
struct ratio call_tallies__rate(const struct call_tallies *tallies, const struct call_tally *tally);

#endif
