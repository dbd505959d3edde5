/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The inside of a trace, for the files that write its packets. */
#ifndef WALLFLAME_RENDER_PERFETTO_PRIVATE_H
#define WALLFLAME_RENDER_PERFETTO_PRIVATE_H

#include "render/perfetto_intern.h"

struct perfetto {
	FILE *out;
	uint64_t tracks;
	struct perfetto_intern *intern;
};

/* Writes the packet, with what it refers to and was not sent yet. */
void perfetto__emit(struct perfetto *trace, Perfetto__TracePacket *packet);

#endif
