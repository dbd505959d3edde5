/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Which kinds of BPF programs this kernel takes, found out by loading and attaching one of each. */
#ifndef WALLFLAME_COLLECTOR_TRIAL_H
#define WALLFLAME_COLLECTOR_TRIAL_H

/* include/linux/errno.h: not for user space, but BPF returns it. */
#define ENOTSUPP 524

struct btf;

/* `refused`: "loading" or "attaching", or NULL when the kernel took it; error: a negative errno. */
typedef void (*trial_fn)(void *ctx, const char *kind, const char *refused, int error);

/* kernel: its own types, or NULL where it does not tell them. */

/* Tries them all, each alone; nothing stays. */
void trial__each(const struct btf *kernel, trial_fn visit, void *ctx);
/* One kind alone: 0, or the negative errno it is refused with. */
int trial__kind(const struct btf *kernel, const char *kind);

#endif
