// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * The HTML report: one file for a postmortem. Everything a reader needs is in its markup; the
 * script adds the picture that follows a picked second and thread. A content security policy lets
 * nothing run but that script, and lets nothing be fetched.
 */
#include "render/formats.h"
#include "render/html_data.h"
#include "render/html_parts.h"
#include "render/html_sections.h"

#include <string.h>

/* report*.js and report.css, embedded by the build. */
extern const char html__data_js[];
extern const char html__cells_js[];
extern const char html__map_js[];
extern const char html__stacks_js[];
extern const char html__flame_js[];
extern const char html__js[];
extern const char html__css[];

/* 'sha256-...' as a policy names a script or style by its text (CSP level 2, 4.2.5). */
static char *hash_source(const char *text)
{
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize size = sizeof(digest);
	char *base64;
	char *source;

	g_checksum_update(sum, (const guchar *)text, (gssize)strlen(text));
	g_checksum_get_digest(sum, digest, &size);
	g_checksum_free(sum);
	base64 = g_base64_encode(digest, size);
	source = g_strdup_printf("'sha256-%s'", base64);
	g_free(base64);
	return source;
}

static char *whole_script(void)
{
	return g_strconcat(html__data_js, html__cells_js, html__map_js, html__stacks_js,
			   html__flame_js, html__js, NULL);
}

static void write_policy(FILE *out)
{
	char *text = whole_script();
	char *script = hash_source(text);
	char *style = hash_source(html__css);

	(void)fprintf(out,
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "script-src %s; style-src %s; base-uri 'none'; form-action 'none'\">\n",
		      script, style);
	g_free(text);
	g_free(script);
	g_free(style);
}

static void write_opening(FILE *out, const struct analysis *analysis)
{
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
	write_policy(out);
	(void)fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n",
		    out);
	html__say(out, "title", "%s: where the time went", analysis->capture.target);
	(void)fprintf(out, "<style>%s</style>\n</head>\n<body>\n", html__css);
}

static void (*const sections[])(FILE *out, const struct analysis *analysis) = {
	html_section__verdict, html_section__states,	html_section__time,
	html_section__flame,   html_section__causes,	html_section__functions,
	html_section__latency, html_section__locks,	html_section__spans,
	html_section__calls,   html_section__syscalls,	html_section__io,
	html_section__threads, html_section__processes, html_section__checks,
	html_section__losses,  html_section__costs,	html_section__machine,
};

void html__write(FILE *out, const struct analysis *analysis)
{
	char *script = whole_script();

	write_opening(out, analysis);
	html_section__head(out, analysis);
	(void)fputs("<main>\n", out);
	for (size_t i = 0; i < G_N_ELEMENTS(sections); i++)
		sections[i](out, analysis);
	(void)fputs("</main>\n", out);
	html_data__write(out, analysis);
	(void)fprintf(out, "<script>%s</script>\n</body>\n</html>\n", script);
	g_free(script);
}
