// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_histogram.h"

#include "render/html_parts.h"

#include <math.h>

#define WIDTH 340.0
#define HEIGHT 84.0 /* of the bars */
#define FOOT 16.0 /* the axis below them */
#define HEAD 12.0 /* the names of the marks above them */
#define LEAST_NS 1.0

void html_axis__hold(struct html_axis *axis, const struct html_bin *bins, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		double from = fmax(bins[i].from_ns, LEAST_NS);

		if (bins[i].count <= 0)
			continue;
		axis->from_ns = axis->from_ns > 0 ? fmin(axis->from_ns, from) : from;
		axis->to_ns = fmax(axis->to_ns, fmax(bins[i].below_ns, from * 2));
	}
}

static double x_of(const struct html_axis *axis, double ns)
{
	double at = log(fmax(ns, LEAST_NS) / axis->from_ns) / log(axis->to_ns / axis->from_ns);

	return WIDTH * fmin(fmax(at, 0), 1);
}

static void write_bins(FILE *out, const struct html_histogram *histogram,
		       const struct html_axis *axis)
{
	double tallest = 0;

	/* Bins differ in width: what is compared is calls by width on the axis. */
	for (size_t i = 0; i < histogram->bin_count; i++) {
		const struct html_bin *bin = &histogram->bins[i];
		double width = x_of(axis, bin->below_ns) - x_of(axis, bin->from_ns);

		tallest = fmax(tallest, width > 0 ? bin->count / width : 0);
	}
	for (size_t i = 0; i < histogram->bin_count && tallest > 0; i++) {
		const struct html_bin *bin = &histogram->bins[i];
		double x = x_of(axis, bin->from_ns);
		double width = x_of(axis, bin->below_ns) - x;
		double height = width > 0 ? bin->count / width / tallest * HEIGHT : 0;

		/* A single slow call is what is looked for: it is never too flat to be seen. */
		if (bin->count > 0)
			(void)fprintf(out,
				      "<rect class=\"bin\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
				      "height=\"%.2f\"/>",
				      x, HEAD + HEIGHT - fmax(height, 1), fmax(width - 0.5, 0.5),
				      fmax(height, 1));
	}
}

static void write_axis(FILE *out, const struct html_axis *axis)
{
	double decades = log10(axis->to_ns / axis->from_ns);
	int step = decades > 5 ? 2 : 1;

	(void)fprintf(out, "<path class=\"axis\" d=\"M0 %.1fH%.0f\"/>", HEAD + HEIGHT + 0.5, WIDTH);
	for (int power = 0; power <= 18; power += step) {
		double ns = pow(10, power);
		double x = x_of(axis, ns);

		if (ns < axis->from_ns || ns > axis->to_ns)
			continue;
		(void)fprintf(
			out,
			"<path class=\"axis\" d=\"M%.1f %.1fv4\"/><text x=\"%.1f\" y=\"%.1f\" "
			"text-anchor=\"%s\">",
			x, HEAD + HEIGHT, x, HEAD + HEIGHT + FOOT - 1,
			x < 16		 ? "start"
			: x > WIDTH - 16 ? "end"
					 : "middle");
		(void)fprintf(out, "%g %s</text>",
			      ns >= 1e9	  ? ns / 1e9
			      : ns >= 1e6 ? ns / 1e6
			      : ns >= 1e3 ? ns / 1e3
					  : ns,
			      ns >= 1e9	  ? "s"
			      : ns >= 1e6 ? "ms"
			      : ns >= 1e3 ? "us"
					  : "ns");
	}
}

static void write_marks(FILE *out, const struct html_histogram *histogram,
			const struct html_axis *axis)
{
	double used = -100;

	for (size_t i = 0; i < histogram->mark_count; i++) {
		const struct html_mark *mark = &histogram->marks[i];
		double x = x_of(axis, mark->ns);

		if (!isfinite(mark->ns) || mark->ns <= 0)
			continue;
		(void)fprintf(out, "<path class=\"mark\" d=\"M%.1f %.0fv%.0f\"/>", x, HEAD, HEIGHT);
		/* A name that would stand on the one before is left out; the list has all. */
		if (x - used < 30)
			continue;
		(void)fprintf(
			out, "<text class=\"mark\" x=\"%.1f\" y=\"9\" text-anchor=\"%s\">%s</text>",
			x,
			x < 16		 ? "start"
			: x > WIDTH - 16 ? "end"
					 : "middle",
			mark->name);
		used = x;
	}
}

void html_histogram__write(FILE *out, const struct html_histogram *histogram,
			   const struct html_axis *axis)
{
	(void)fprintf(out,
		      "<svg class=\"histogram\" viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
		      "aria-label=\"",
		      WIDTH, HEAD + HEIGHT + FOOT);
	html__put(out, histogram->label);
	(void)fputs("\">", out);
	write_bins(out, histogram, axis);
	write_axis(out, axis);
	write_marks(out, histogram, axis);
	(void)fputs("</svg>\n", out);
}
