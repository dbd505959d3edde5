// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Two captures as a page. Its look and its pieces are those of the report (html_parts.h), its flame
 * graph is that of the picture (diff_svg.h); all its figures are those of the text and of JSON.
 */
#include "render/diff_html.h"

#include "render/diff_flame.h"
#include "render/diff_svg.h"
#include "render/diff_words.h"
#include "render/formats.h"
#include "render/html_file.h"
#include "render/html_parts.h"

/* diff_page.js and diff_page.css, embedded by the build. */
extern const char diff_html__js[];
extern const char diff_html__css[];

static const char *const styles[] = {html__css, diff_svg__css, diff_html__css, NULL};
static const char *const scripts[] = {diff_html__js, diff_svg__js, svg__js, NULL};
static const struct html_file file = {styles, scripts};

static int write_page(FILE *out, const struct comparison *comparison, const struct flame *flame,
		      enum diff_width width)
{
	int err;
	char *title = diff_words__title(&comparison->unit);
	char *heading = g_strdup_printf("Before and after: %s, %s", title,
					comparison->analyses[SIDE_AFTER]->capture.target);

	html_file__begin(out, &file, heading);
	diff_section__head(out, comparison);
	(void)fputs("<main>\n", out);
	diff_section__verdict(out, comparison);
	err = diff_section__flame(out, comparison, flame, width);
	diff_section__tables(out, comparison);
	diff_section__stacks(out, comparison);
	diff_section__captures(out, comparison);
	(void)fputs("</main>\n", out);
	html_file__end(out, &file);
	g_free(heading);
	g_free(title);
	return err;
}

int diff_html__write(FILE *out, const struct comparison *comparison, const struct diff_wish *wish,
		     char **error)
{
	struct flame *flame;
	int status = diff_flame__new(&flame, comparison, &wish->flame, error);

	if (status)
		return status;
	status = write_page(out, comparison, flame, wish->width);
	flame__free(flame);
	return status;
}
