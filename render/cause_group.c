// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/cause_group.h"

#include <string.h>

static const struct {
	const char *name, *class;
} groups[GROUP_COUNT] = {
	[GROUP_FD_ALLOCATION] = {"fd-allocation", "c-fd"},
	[GROUP_PAGE_CACHE] = {"page-cache", "c-page"},
	[GROUP_SWITCHING] = {"switching", "c-switch"},
	[GROUP_LOCK] = {"lock", "c-lock"},
	[GROUP_IO] = {"io", "c-io"},
	[GROUP_CPU] = {"cpu", "c-cpu"},
	[GROUP_IDLE] = {"idle", "c-idle"},
	[GROUP_UNKNOWN] = {"unknown", "c-unknown"},
};

enum cause_group cause_group__of(const char *path)
{
	size_t length = strcspn(path, "/");
	int group = 0;

	while (group < GROUP_UNKNOWN && (strlen(groups[group].name) != length ||
					 strncmp(path, groups[group].name, length) != 0))
		group++;
	return group;
}

const char *cause_group__name(enum cause_group group)
{
	return groups[group].name;
}

const char *cause_group__class(enum cause_group group)
{
	return groups[group].class;
}
