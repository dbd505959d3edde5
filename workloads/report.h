/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_REPORT_H
#define WALLFLAME_WORKLOADS_REPORT_H

#include <json-c/json_types.h>

/* Prints a workload's report for people: a line a figure, and a table of the threads. */
void report__print(struct json_object *report);

#endif
