/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A try of one backend on one point: it gets all places that it must have, or none. */
#ifndef WALLFLAME_COLLECTOR_PROBE_ATTEMPT_H
#define WALLFLAME_COLLECTOR_PROBE_ATTEMPT_H

#include "collector/probe_backends.h"
#include "collector/probe_places.h"
#include "collector/probe_set.h"

#include <glib.h>
#include <stdbool.h>

struct probe_programs;
struct tracefs;

/* What all attempts of a capture work with. */
struct probe_desk {
	struct probe_programs *programs;
	struct probe_set *set; /* told what was tried */
	struct probe_backends *backends;
	const struct probe_places *places; /* NULL: no backend hooks functions */
	const struct tracefs *tracefs; /* NULL: it cannot be read */
	const char *no_tracefs; /* why */
	GPtrArray *links; /* of what was attached */
};

/* Each returns why it did not take the point (malloc'ed), or NULL. */

/*
 * The functions of the point. Parts that the compiler has split off a function are called without
 * it where its beginning was inlined: with_parts demands them.
 */
char *probe_attempt__functions(const struct probe_desk *desk, enum wf_probe probe,
			       enum store_backend backend, bool with_parts);
/* Its tracepoints. */
char *probe_attempt__events(const struct probe_desk *desk, enum wf_probe probe);

#endif
