// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/moment_draw.h"

#include <glib.h>

struct moment moment_draw__next(struct moment_draw *draw, int64_t now_ns, uint32_t share_ppm,
				double place)
{
	int64_t stretch_ns = MOMENT_NS * 1000000 / share_ppm;
	int64_t begin_ns = MAX(draw->next_ns, now_ns);
	int64_t from_ns = begin_ns + (int64_t)(place * (double)(stretch_ns - MOMENT_NS));

	draw->next_ns = begin_ns + stretch_ns;
	return (struct moment){.from_ns = from_ns, .to_ns = from_ns + MOMENT_NS};
}
