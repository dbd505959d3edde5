// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/render.h"

#include "render/formats.h"

#include <errno.h>
#include <locale.h>
#include <string.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

static const struct report_format report_formats[] = {
	{"text", "for people, in 100 columns", text__write, false},
	{"json", "for programs", json__write, false},
	{"html", "a page for the browser and for paper, in one file", html__write, true},
};

static const struct flame_format flame_formats[] = {
	{"svg", "a picture for the browser, with zoom and search", svg__write, NULL, true},
	{"folded", "a line a stack, as other flame graph tools read it", folded__write, NULL,
	 false},
	{"speedscope", "for speedscope.app: a profile a process and thread", speedscope__write,
	 NULL, false},
	{"pprof", "for go tool pprof: every view in it, with labels", pprof__write_flame,
	 pprof__write_part, false},
	{"perfetto", "for ui.perfetto.dev: what was when", NULL, perfetto__write_part, false},
};

static const struct diff_format diff_formats[] = {
	{"text", "for people, in 100 columns", diff_text__write, false, false},
	{"json", "for programs", diff_json__write, false, false},
	{"html", "a page for the browser and for paper, in one file", diff_html__write, true, true},
	{"folded", "a line a stack: its nanoseconds before and after", diff_folded__write, false,
	 true},
	{"svg", "a flame graph of both: new, vanished, more and less", diff_svg__write, true, true},
};

const struct report_format *report_format__all(size_t *count)
{
	*count = ARRAY_SIZE(report_formats);
	return report_formats;
}

const struct flame_format *flame_format__all(size_t *count)
{
	*count = ARRAY_SIZE(flame_formats);
	return flame_formats;
}

const struct report_format *report_format__find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(report_formats); i++) {
		if (strcmp(name, report_formats[i].name) == 0)
			return &report_formats[i];
	}
	return NULL;
}

const struct flame_format *flame_format__find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(flame_formats); i++) {
		if (strcmp(name, flame_formats[i].name) == 0)
			return &flame_formats[i];
	}
	return NULL;
}

const struct diff_format *diff_format__all(size_t *count)
{
	*count = ARRAY_SIZE(diff_formats);
	return diff_formats;
}

const struct diff_format *diff_format__find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(diff_formats); i++) {
		if (strcmp(name, diff_formats[i].name) == 0)
			return &diff_formats[i];
	}
	return NULL;
}

/* A decimal comma would break the SVG: numbers are written as the C locale does. */
struct neutral_locale {
	locale_t c;
	locale_t before;
};

static struct neutral_locale neutral_locale__enter(void)
{
	struct neutral_locale scope = {.c = newlocale(LC_ALL_MASK, "C", NULL)};

	scope.before = uselocale(scope.c);
	return scope;
}

static void neutral_locale__leave(struct neutral_locale scope)
{
	(void)uselocale(scope.before);
	freelocale(scope.c);
}

/* stdio keeps that a write failed, not why, so errno is only a hint. */
static int finish(FILE *out)
{
	int flushed = fflush(out);

	if (flushed != 0 || ferror(out))
		return errno ? -errno : -EIO;
	return 0;
}

int render__report(FILE *out, const struct analysis *analysis, const struct report_format *format)
{
	struct neutral_locale scope = neutral_locale__enter();
	int status;

	errno = 0;
	status = format->write(out, analysis);
	neutral_locale__leave(scope);
	return status ? status : finish(out);
}

int render__flame(FILE *out, const struct flame *flame, const struct flame_format *format)
{
	struct neutral_locale scope = neutral_locale__enter();
	int status;

	errno = 0;
	status = format->write(out, flame);
	neutral_locale__leave(scope);
	return status ? status : finish(out);
}

int render__part(FILE *out, const struct flame_part *part, const struct flame_format *format)
{
	struct neutral_locale scope = neutral_locale__enter();

	errno = 0;
	format->write_part(out, part);
	neutral_locale__leave(scope);
	return finish(out);
}

int render__diff(FILE *out, const struct comparison *comparison, const struct diff_format *format,
		 const struct diff_wish *wish, char **error)
{
	struct neutral_locale scope = neutral_locale__enter();
	int status;

	errno = 0;
	status = format->write(out, comparison, wish, error);
	neutral_locale__leave(scope);
	return status ? status : finish(out);
}
