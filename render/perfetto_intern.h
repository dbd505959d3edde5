/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the packets of a trace refer to by number: each is sent once, with the first that does. */
#ifndef WALLFLAME_RENDER_PERFETTO_INTERN_H
#define WALLFLAME_RENDER_PERFETTO_INTERN_H

#include "render/perfetto_trace.h"

#include "perfetto.pb-c.h"

struct perfetto_intern;

struct perfetto_intern *perfetto_intern__new(void);
void perfetto_intern__free(struct perfetto_intern *intern);

/* As perfetto__frame and perfetto__callstack. */
uint64_t perfetto_intern__frame(struct perfetto_intern *intern, const void *key,
				const struct perfetto_frame *frame);
uint64_t perfetto_intern__callstack(struct perfetto_intern *intern, const uint64_t *frames,
				    size_t count);

/* What was not sent yet, or NULL; it lives until it is said to be sent. */
Perfetto__InternedData *perfetto_intern__pending(struct perfetto_intern *intern);
void perfetto_intern__sent(struct perfetto_intern *intern);

/* A text as valid UTF-8 that prints, for the caller to g_free. */
char *perfetto_intern__clean(const char *text);

#endif
