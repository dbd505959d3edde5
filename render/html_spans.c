// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The longest single waits, each with its whole stack. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/pace_lines.h"
#include "render/sums.h"

#include <inttypes.h>
#include <string.h>

#define MAX_SPANS 40
#define OPEN_SPANS 1 /* whose stack is shown without being asked for */
#define STACKS_BYTES 300000 /* of all stacks, so that the page stays small */

/* *room is left for stacks, in bytes. */
static void write_stack(FILE *out, const struct analysis *analysis, store_id stack, size_t *room)
{
	size_t count = 0;
	const struct frame_row *const *frames = stack ? analysis__stack(analysis, stack, &count)
						      : NULL;
	char *text;

	if (count == 0) {
		html__say(out, "p class=\"note\"", "No stack was drawn of it.");
		return;
	}
	text = html__stack_within(frames, count, room);
	if (text)
		(void)fputs(text, out);
	else
		html__say(out, "p class=\"note\"",
			  "Its stack is left out, so that this page stays small.");
	g_free(text);
}

static void write_span(FILE *out, const struct analysis *analysis, const struct span_row *row,
		       gboolean open, size_t *room)
{
	const struct thread_row *thread = &analysis->threads[row->thread];
	double at = (double)(row->start_ns - analysis->capture.t0_ns);
	gboolean in_call = strcmp(row->syscall, syscall__name(SYSCALL_NONE)) != 0;

	(void)fprintf(out, "<details%s><summary>", open ? " open" : "");
	html__say(out, "b", "%s", units__duration((double)(row->end_ns - row->start_ns)).text);
	html__say(out, "span class=\"at\"", "at %s", units__duration(at).text);
	html__say(out, "span class=\"who\"", "%s %" PRId64, thread->comm, thread->tid);
	html__say(out, "span class=\"what\"", "%s%s%s", state__name(row->state),
		  in_call ? " in " : "", in_call ? row->syscall : "");
	html__say(out, "span class=\"why\"", "%s", row->cause ? row->cause : "cause not known");
	(void)fputs("</summary>\n", out);
	if (row->runqueue_ns > 0)
		html__say(out, "p class=\"note\"", "Of it %s woken already and waiting for a CPU.",
			  units__duration((double)row->runqueue_ns).text);
	write_stack(out, analysis, row->stack, room);
	(void)fputs("</details>\n", out);
}

void html_section__spans(FILE *out, const struct analysis *analysis)
{
	size_t room = STACKS_BYTES;
	size_t shown = 0;
	size_t idle = 0;
	char *remark = g_strconcat(pace__label(analysis, PACE_WAITS),
				   "; waiting for work left out; at: since the window began", NULL);

	html__section(out, "spans", "Longest single waits", remark);
	g_free(remark);
	for (size_t i = 0; i < analysis->span_count; i++) {
		const struct span_row *row = &analysis->spans[i];

		if (sums__is_idle(row->cause))
			idle++;
		else if (shown++ < MAX_SPANS)
			write_span(out, analysis, row, shown <= OPEN_SPANS, &room);
	}
	if (shown == 0)
		html__say(out, "p class=\"note\"",
			  "None long enough to be kept; %zu were waits for work.", idle);
	if (shown > MAX_SPANS)
		html__say(out, "p class=\"note\"", "and %s more: see the JSON report",
			  units__count((int64_t)(shown - MAX_SPANS)).text);
	html__section_end(out);
}
