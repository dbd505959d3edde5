// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/sysctl.h"

#include <stdio.h>

#define PID_MAX_LIMIT (4 << 20) /* include/linux/threads.h, on 64 bits */

long sysctl__read(const char *name, long fallback)
{
	char path[128];
	long value;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	file = fopen(path, "re");
	if (!file)
		return fallback;
	if (fscanf(file, "%ld", &value) != 1)
		value = fallback;
	fclose(file);
	return value;
}

uint32_t sysctl__pid_max(void)
{
	return (uint32_t)sysctl__read("kernel/pid_max", PID_MAX_LIMIT);
}
