/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What a user may choose of the way a capture is made. */
#ifndef WALLFLAME_COLLECTOR_CHOICE_H
#define WALLFLAME_COLLECTOR_CHOICE_H

/* Who keeps the ledger. */
enum engine_choice {
	ENGINE_AUTO, /* BPF where the kernel lets it, else perf */
	ENGINE_BPF,
	ENGINE_PERF,
};

/* How probe points are reached; one that cannot be reached this way rests on evidence. */
enum backend_choice {
	BACKEND_CHOICE_AUTO, /* for each point the first that works: fentry, kprobe, tracepoint */
	BACKEND_CHOICE_FENTRY,
	BACKEND_CHOICE_KPROBE,
	BACKEND_CHOICE_TRACEPOINT,
};

#endif
