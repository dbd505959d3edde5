/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_OPTION_MIX_H
#define WALLFLAME_WORKLOADS_OPTION_MIX_H

/* What is wrong with options that are given together (a set of enum workload_option); NULL:
 * nothing.
 */
const char *option_mix__wrong(unsigned int given);

#endif
