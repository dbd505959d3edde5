// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/proc_number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t proc_number__read(const char *file, const char *key)
{
	size_t length = strlen(key);
	int64_t value = -1;
	char line[256];
	FILE *stream;

	snprintf(line, sizeof(line), "/proc/%s", file);
	stream = fopen(line, "re");
	if (!stream)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), stream))
		if (!strncmp(line, key, length) && line[length] == ':')
			value = strtoll(line + length + 1, NULL, 10);
	fclose(stream);
	return value;
}
