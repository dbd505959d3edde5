/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The groups of causes, the first words of their paths, which have colours of their own. */
#ifndef WALLFLAME_RENDER_CAUSE_GROUP_H
#define WALLFLAME_RENDER_CAUSE_GROUP_H

enum cause_group {
	GROUP_FD_ALLOCATION,
	GROUP_PAGE_CACHE,
	GROUP_SWITCHING,
	GROUP_LOCK,
	GROUP_IO,
	GROUP_CPU,
	GROUP_IDLE,
	GROUP_UNKNOWN, /* with those that are not known here */
	GROUP_COUNT,
};

/* Of a path ("lock/futex"), or of a group itself. */
enum cause_group cause_group__of(const char *path);
const char *cause_group__name(enum cause_group group);
/* The class of its colour in pages and pictures: "c-lock". */
const char *cause_group__class(enum cause_group group);

#endif
