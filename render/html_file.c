// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_file.h"

#include "render/html_parts.h"

#include <glib.h>
#include <string.h>

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

static char *joined(const char *const *texts)
{
	return g_strjoinv("", (char **)texts);
}

static void write_policy(FILE *out, const char *scripts, const char *styles)
{
	char *script = hash_source(scripts);
	char *style = hash_source(styles);

	(void)fprintf(out,
		      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		      "script-src %s; style-src %s; base-uri 'none'; form-action 'none'\">\n",
		      script, style);
	g_free(script);
	g_free(style);
}

void html_file__begin(FILE *out, const struct html_file *file, const char *title)
{
	char *scripts = joined(file->scripts);
	char *styles = joined(file->styles);

	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
	write_policy(out, scripts, styles);
	(void)fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		    "<meta name=\"color-scheme\" content=\"light dark\">\n"
		    "<meta name=\"referrer\" content=\"no-referrer\">\n",
		    out);
	html__say(out, "title", "%s", title);
	(void)fprintf(out, "<style>%s</style>\n</head>\n<body>\n", styles);
	g_free(scripts);
	g_free(styles);
}

void html_file__end(FILE *out, const struct html_file *file)
{
	char *scripts = joined(file->scripts);

	(void)fprintf(out, "<script>%s</script>\n</body>\n</html>\n", scripts);
	g_free(scripts);
}
