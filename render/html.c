// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The HTML report: one file for a postmortem. Everything a reader needs is in its markup; the
 * script adds the picture that follows a picked second and thread.
 */
#include "render/formats.h"
#include "render/html_data.h"
#include "render/html_file.h"
#include "render/html_parts.h"
#include "render/html_sections.h"

/* report*.js, embedded by the build. */
extern const char html__data_js[];
extern const char html__cells_js[];
extern const char html__map_js[];
extern const char html__stacks_js[];
extern const char html__flame_js[];
extern const char html__js[];

static const char *const styles[] = {html__css, NULL};
static const char *const scripts[] = {html__data_js,  html__cells_js, html__map_js, html__stacks_js,
				      html__flame_js, html__js,	      NULL};
static const struct html_file file = {styles, scripts};

typedef void (*section_fn)(FILE *out, const struct analysis *analysis);

static const section_fn above[] = {html_section__verdict, html_section__states, html_section__time};
static const section_fn below[] = {
	html_section__causes,	 html_section__functions, html_section__latency,
	html_section__locks,	 html_section__spans,	  html_section__calls,
	html_section__syscalls,	 html_section__io,	  html_section__threads,
	html_section__processes, html_section__checks,	  html_section__losses,
	html_section__costs,	 html_section__machine,
};

static void write_sections(FILE *out, const struct analysis *analysis, const section_fn *sections,
			   size_t count)
{
	for (size_t i = 0; i < count; i++)
		sections[i](out, analysis);
}

int html__write(FILE *out, const struct analysis *analysis)
{
	int err;
	char *title = g_strdup_printf("%s: where the time went", analysis->capture.target);

	html_file__begin(out, &file, title);
	html_section__head(out, analysis);
	(void)fputs("<main>\n", out);
	write_sections(out, analysis, above, G_N_ELEMENTS(above));
	err = html_section__flame(out, analysis);
	write_sections(out, analysis, below, G_N_ELEMENTS(below));
	(void)fputs("</main>\n", out);
	html_data__write(out, analysis);
	html_file__end(out, &file);
	g_free(title);
	return err;
}
