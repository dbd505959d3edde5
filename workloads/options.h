/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_OPTIONS_H
#define WALLFLAME_WORKLOADS_OPTIONS_H

#include "workloads/workload.h"

enum options_action {
	OPTIONS_RUN,
	OPTIONS_LIST,
	OPTIONS_HELP,
	OPTIONS_BAD, /* a line on stderr has said why */
};

/* Prints the help on stdout. */
void options__help(void);
/* Fills *options, defaults included, and *workload when it is to be run. */
enum options_action options__parse(int argc, char **argv, const struct workload **workload,
				   struct workload_options *options);

#endif
