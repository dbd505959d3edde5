// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/draft.h"
#include "render/html_parts.h"

#include <inttypes.h>

static const char *const kind_classes[] = {
	[FRAME_USER] = "user",
	[FRAME_KERNEL] = "kernel",
	[FRAME_NOTE] = "remark",
};

static void write_stack(FILE *out, const struct frame_row *const *frames, size_t count)
{
	(void)fputs("<ol class=\"stacktrace\">\n", out);
	for (size_t i = count; i > 0; i--) {
		const struct frame_row *frame = frames[i - 1];

		(void)fprintf(out, "<li class=\"%s\">", kind_classes[frame->kind]);
		html__say(out, "code", "%s", frame->name);
		if (frame->inlined)
			html__say(out, "i", "inlined");
		if (frame->file && frame->line)
			html__say(out, "span", "%s:%" PRIu32, frame->file, frame->line);
		else if (frame->module && frame->kind != FRAME_KERNEL)
			html__say(out, "span", "%s", frame->module);
		(void)fputs("</li>\n", out);
	}
	(void)fputs("</ol>\n", out);
}

char *html__stack_within(const struct frame_row *const *frames, size_t count, size_t *room)
{
	struct draft draft;

	if (draft__open(&draft))
		return NULL;
	write_stack(draft.stream, frames, count);
	if (!draft__close(&draft) && draft.length <= *room) {
		*room -= draft.length;
		return draft.text;
	}
	g_free(draft.text);
	return NULL;
}
