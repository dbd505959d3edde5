// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* go_seeds DIRECTORY: a table of each format, to begin with. */
#include "tests/collector/go_sample.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 0; argc > 1 && i < GO_SAMPLE_FORMATS; i++) {
		unsigned char bytes[GO_SAMPLE_SIZE];
		char path[4096];
		FILE *file;

		go_sample__make(bytes, &go_sample__formats[i]);
		snprintf(path, sizeof(path), "%s/table%d", argv[1], i);
		file = fopen(path, "we");
		if (!file || fwrite(bytes, sizeof(bytes), 1, file) != 1 || fclose(file)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}
