// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/draft.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

#define FIRST_ROOM 65536

static gboolean make_room(struct draft *draft, size_t size)
{
	size_t room = MAX(draft->room, FIRST_ROOM);
	char *text;

	if (size > G_MAXSIZE / 2 - draft->length)
		return FALSE;
	while (room <= draft->length + size)
		room *= 2;
	if (room == draft->room)
		return TRUE;
	text = g_try_realloc(draft->text, room);
	if (!text)
		return FALSE;
	draft->text = text;
	draft->room = room;
	return TRUE;
}

/* As fopencookie(3) has it: 0 says that it failed, which sets the stream's error indicator. */
static ssize_t append(void *ctx, const char *bytes, size_t size)
{
	struct draft *draft = ctx;

	if (!make_room(draft, size))
		return 0;
	memcpy(draft->text + draft->length, bytes, size);
	draft->length += size;
	draft->text[draft->length] = '\0';
	return (ssize_t)size;
}

int draft__open(struct draft *draft)
{
	*draft = (struct draft){0};
	draft->stream = fopencookie(draft, "w", (cookie_io_functions_t){.write = append});
	return draft->stream ? 0 : -ENOMEM;
}

int draft__close(struct draft *draft)
{
	int failed = ferror(draft->stream);

	if (!fclose(draft->stream) && !failed)
		return 0;
	g_free(draft->text);
	*draft = (struct draft){0};
	return -ENOMEM;
}
