// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* diff_picture_sample svg|html >picture: of two captures, with names that try to be scripts. */
#include "cmocka_all.h"
#include "diff_sample.h"

#include "render/render.h"

#include <stdlib.h>

static const struct diff_share before[] = {
	{"main;pthread_mutex_lock|futex_wait", 300},
	{"main;old;<script>globalThis.pwned=1</script>|futex_wait", 100},
	{NULL, 0},
};
static const struct diff_share after[] = {
	{"main;pthread_mutex_lock|futex_wait", 500},
	{"main;fresh;\"><img src=x onerror=globalThis.pwned=1>]]>|futex_wait", 50},
	{NULL, 0},
};

#define HOSTILE "</script><img src=x onerror=globalThis.pwned=1>]]>\"'"

int main(int argc, char **argv)
{
	struct diff_sample sample = diff_sample__new(before, 10, after, 10);
	const struct diff_wish wish = {.width = WIDTH_BOTH, .flame = flame_wish__default()};
	char *error = NULL;
	int status;

	sample.analyses[SIDE_BEFORE]->capture.target = HOSTILE;
	sample.analyses[SIDE_AFTER]->capture.host = HOSTILE;
	status = render__diff(stdout, sample.comparison,
			      diff_format__find(argc > 1 ? argv[1] : "svg"), &wish, &error);

	if (error)
		(void)fprintf(stderr, "%s\n", error);
	free(error);
	diff_sample__free(&sample);
	return status ? 1 : 0;
}
