/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The kernel's functions, from /proc/kallsyms, with those of its modules and of BPF programs. */
#ifndef WALLFLAME_COLLECTOR_KALLSYMS_H
#define WALLFLAME_COLLECTOR_KALLSYMS_H

#include <stdbool.h>
#include <stdint.h>

struct kallsyms;

struct kallsyms_symbol {
	uint64_t address;
	const char *name;
	const char *module; /* "kernel", "ext4", "bpf" */
};

/* Returns 0 or a negative errno. With hidden addresses (kptr_restrict) the table is empty. */
int kallsyms__load(struct kallsyms **out);
void kallsyms__free(struct kallsyms *kallsyms); /* NULL is allowed */
bool kallsyms__is_empty(const struct kallsyms *kallsyms);
/* The function that holds `address`, or NULL. Lives as long as the table. */
const struct kallsyms_symbol *kallsyms__find(const struct kallsyms *kallsyms, uint64_t address);

#endif
