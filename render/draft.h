/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Text whose size must be known before it is written. Not open_memstream(): glibc's (2.36) drops
 * what there is no memory for, and neither ferror() nor fclose() says so.
 */
#ifndef WALLFLAME_RENDER_DRAFT_H
#define WALLFLAME_RENDER_DRAFT_H

#include <stddef.h>
#include <stdio.h>

struct draft {
	FILE *stream; /* to write to, until the draft is closed */
	char *text; /* `length` bytes and a NUL, for the caller to g_free once it is; NULL: nothing
		     */
	size_t length;
	size_t room;
};

/* 0, or -ENOMEM. */
int draft__open(struct draft *draft);
/* 0, or -ENOMEM where not all that was written found room: there is no text then. */
int draft__close(struct draft *draft);

#endif
