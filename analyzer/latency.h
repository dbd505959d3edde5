/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Quantiles from weighted histograms. */
#ifndef WALLFLAME_ANALYZER_LATENCY_H
#define WALLFLAME_ANALYZER_LATENCY_H

#include "analyzer/analysis.h"
#include "analyzer/probe_facts.h"

/*
 * Fills the quantiles; `buckets` (struct bucket) are sorted and merged. No call was longer than
 * max_ns. NAN where the buckets hold nothing.
 */
void latency__find_quantiles(struct latency *latency, GArray *buckets);

#endif
