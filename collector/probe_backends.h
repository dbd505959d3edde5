/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The ways to reach a probe point: their order, and which of them this kernel refuses. */
#ifndef WALLFLAME_COLLECTOR_PROBE_BACKENDS_H
#define WALLFLAME_COLLECTOR_PROBE_BACKENDS_H

#include "collector/choice.h"
#include "store/model.h"

#include <glib.h>
#include <stdbool.h>

struct btf;
struct probe_backends;

/* kernel: its types; borrowed. */
struct probe_backends *probe_backends__new(const struct btf *kernel);
void probe_backends__free(struct probe_backends *backends); /* NULL is allowed */

/* A backend, with the split-off parts of functions or without. */
struct backend_step {
	enum store_backend backend;
	bool without_parts;
};

/* What to try, the best first; BACKEND_EVIDENCE ends the list. */
const struct backend_step *probe_backends__steps(enum backend_choice choice);

/* Why the kernel does not let this way be taken at all, or NULL: found out by a program that does
 * nothing, the first time that it is asked. */
const char *probe_backends__refused(struct probe_backends *backends, enum store_backend backend);
/* Why a place could not be hooked this way, which is not refused as a whole: for people, malloc'ed.
 * status: a negative errno. */
char *probe_backends__explain(enum store_backend backend, int status);

/* Adds "fentry: REASON" to a note. */
void probe_backends__append_note(GString *note, enum store_backend backend, const char *reason);

#endif
