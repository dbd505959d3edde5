// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * html_sample THREADS SLICES STACKS DRAWS NAME >page: the page of a capture with known times, for
 * tests that look at whole files. html_sample expect THREAD SLICE: its running nanoseconds.
 */
#include "html_capture.h"

#include "render/render.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct analysis *analysis;
	int err;

	if (argc == 4 && strcmp(argv[1], "expect") == 0) {
		(void)printf("%" PRId64 "\n",
			     html_capture__running_ns(atoi(argv[2]), atoi(argv[3])));
		return 0;
	}
	if (argc != 6)
		return 2;
	analysis = html_capture(&(struct html_shape){.threads = atoi(argv[1]),
						     .slices = atoi(argv[2]),
						     .stacks = atoi(argv[3]),
						     .draws = atoi(argv[4]),
						     .name = argv[5]});
	if (!analysis)
		return 1;
	err = render__report(stdout, analysis, report_format__find("html"));
	analysis__free(analysis);
	return err ? 1 : 0;
}
