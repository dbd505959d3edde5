/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_KERNEL_TYPES_H
#define WALLFLAME_COLLECTOR_KERNEL_TYPES_H

struct btf;

/* The kernel's own types. The caller frees them with btf__free. Returns 0, or a negative errno with
 * *error malloc'ed: whether there are none, or they cannot be read, or are damaged. */
int kernel_types__load(struct btf **out, char **error);

#endif
