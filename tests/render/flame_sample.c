// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* flame_sample FORMAT [TITLE [hanging|reversed]] <folded >picture: for tests that look at whole
 * files. */
#include "render/render.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	struct flame *flame = NULL;
	char *error = NULL;
	int err;

	if (argc < 2 || !flame_format__find(argv[1]))
		return 2;
	if (flame__from_folded(&flame, stdin, "stdin", &error)) {
		(void)fprintf(stderr, "%s\n", error);
		free(error);
		return 1;
	}
	if (argc > 2)
		flame__set_title(flame, argv[2]);
	if (argc > 3 && strcmp(argv[3], "hanging") == 0)
		flame__hang(flame);
	else if (argc > 3)
		flame__set_reversed(flame);
	err = render__flame(stdout, flame, flame_format__find(argv[1]));
	flame__free(flame);
	return err ? 1 : 0;
}
