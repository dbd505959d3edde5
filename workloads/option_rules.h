/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The table of options: what each is, and how its value is read. */
#ifndef WALLFLAME_WORKLOADS_OPTION_RULES_H
#define WALLFLAME_WORKLOADS_OPTION_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/workload.h"

#define MAX_SECONDS 86400

struct option_rule;
/* Puts the value into *member; false: the value is not allowed. */
typedef bool (*option_setter)(const struct option_rule *rule, const char *text, void *member);

struct option_rule {
	const char *name;
	const char *value; /* what --help calls it; NULL: the option takes none */
	const char *meaning;
	enum workload_option bit;
	option_setter set;
	size_t offset; /* of the member of struct workload_options */
	int64_t min, max;
	const char *allowed; /* in words; NULL: min to max */
};

#define OPTION_RULES 26
extern const struct option_rule option_rules[OPTION_RULES];

#endif
