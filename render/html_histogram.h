/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Histograms over a logarithmic axis of time, all on the same axis so that they can be compared. */
#ifndef WALLFLAME_RENDER_HTML_HISTOGRAM_H
#define WALLFLAME_RENDER_HTML_HISTOGRAM_H

#include <stddef.h>
#include <stdio.h>

struct html_bin {
	double from_ns, below_ns;
	double count;
};

struct html_mark {
	const char *name; /* "P99" */
	double ns; /* NAN: not known, not drawn */
};

struct html_histogram {
	const char *label; /* for screen readers; escaped here */
	const struct html_bin *bins;
	size_t bin_count;
	const struct html_mark *marks;
	size_t mark_count;
};

/* The axis. */
struct html_axis {
	double from_ns, to_ns;
};
/* Makes the axis hold the bins. */
void html_axis__hold(struct html_axis *axis, const struct html_bin *bins, size_t count);

void html_histogram__write(FILE *out, const struct html_histogram *histogram,
			   const struct html_axis *axis);

#endif
