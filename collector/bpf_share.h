/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* BPF objects of one capture work on the same maps. */
#ifndef WALLFLAME_COLLECTOR_BPF_SHARE_H
#define WALLFLAME_COLLECTOR_BPF_SHARE_H

struct bpf_object;
struct wallflame_bpf;

/* Before the object is loaded: maps that the main object, which is loaded, has too are used in
 * common. Returns 0 or a negative errno. */
int bpf_share__maps(const struct bpf_object *object, const struct wallflame_bpf *main);

#endif
