/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Attaches a BPF program that is loaded, by its descriptor. Each returns a descriptor, or a
 * negative errno; to close it is to detach the program.
 */
#ifndef WALLFLAME_COLLECTOR_BPF_HOOK_H
#define WALLFLAME_COLLECTOR_BPF_HOOK_H

#include <stdbool.h>

struct tracefs;

/* To what it was loaded for: fentry, fexit and typed tracepoints. */
int bpf_hook__typed(int program);
int bpf_hook__raw_tracepoint(int program, const char *event);
/* symbol: a kernel function; at_end: to its return. */
int bpf_hook__kprobe_multi(int program, const char *symbol, bool at_end);
int bpf_hook__kprobe(int program, const char *symbol, bool at_end);
/* event: "system/name". By tracefs of our own, for it need not be mounted. */
int bpf_hook__tracepoint(int program, const struct tracefs *tracefs, const char *event);

#endif
