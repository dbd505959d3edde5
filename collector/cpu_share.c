// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/cpu_share.h"

#include <glib.h>
#include <stdlib.h>

#define ONLINE "/sys/devices/system/cpu/online"
#define CPUS_MAX (1U << 16) /* more than any kernel has */

size_t cpu_share__bytes(size_t wanted, size_t least, size_t all, size_t cpus)
{
	while (wanted > least && wanted > all / MAX(cpus, 1))
		wanted /= 2;
	return wanted;
}

size_t cpu_share__end_of(const char *list)
{
	size_t end = 0;

	while (g_ascii_isdigit(*list)) {
		char *after;
		unsigned long last = strtoul(list, &after, 10);

		if (*after == '-' && g_ascii_isdigit(after[1]))
			last = strtoul(after + 1, &after, 10);
		if (last >= CPUS_MAX)
			return 0;
		end = MAX(end, last + 1);
		list = *after == ',' ? after + 1 : after;
	}
	return *list == '\0' || *list == '\n' ? end : 0;
}

size_t cpu_share__rows(size_t possible)
{
	char *list = NULL;
	size_t end = g_file_get_contents(ONLINE, &list, NULL, NULL) ? cpu_share__end_of(list) : 0;

	g_free(list);
	return end > 0 && end < possible ? end : possible;
}
