// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/html_parts.h"

#include "render/cause_group.h"
#include "render/escape.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

/* Characters. */
#define TEXT_LIMIT 120 /* names of threads; there are tables of hundreds */
#define NAME_LIMIT 240
#define SENTENCE_LIMIT 2000

static const size_t limits[] = {
	[HTML_TEXT] = TEXT_LIMIT,
	[HTML_CODE] = NAME_LIMIT,
	[HTML_NUMBER] = NAME_LIMIT,
	[HTML_PROSE] = SENTENCE_LIMIT,
};

static void put(FILE *out, const char *text, size_t limit)
{
	GString *clean = g_string_new(NULL);

	escape__xml(clean, text, limit);
	(void)fputs(clean->str, out);
	g_string_free(clean, TRUE);
}

void html__put(FILE *out, const char *text)
{
	put(out, text, NAME_LIMIT);
}

void html__say(FILE *out, const char *tag, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	(void)fprintf(out, "<%s>", tag);
	put(out, text, SENTENCE_LIMIT);
	(void)fprintf(out, "</%.*s>\n", (int)strcspn(tag, " "), tag);
	g_free(text);
}

void html__brand(FILE *out, const char *words)
{
	(void)fputs("<p class=\"brand\">wallflame ", out);
	html__say(out, "span", "%s", words);
	(void)fputs("</p>\n", out);
}

void html__chapters(FILE *out, const struct html_chapter *chapters, size_t count)
{
	(void)fputs("<nav aria-label=\"Sections\">", out);
	for (size_t i = 0; i < count; i++)
		(void)fprintf(out, "<a href=\"#%s\">%s</a>", chapters[i].id, chapters[i].title);
	(void)fputs("</nav>\n", out);
}

void html__section(FILE *out, const char *id, const char *title, const char *remark)
{
	(void)fprintf(out, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<div class=\"head\">",
		      id, id);
	(void)fprintf(out, "<h2 id=\"%s-title\">%s</h2>", id, title);
	if (*remark)
		html__say(out, "p class=\"remark\"", "%s", remark);
	(void)fputs("</div>\n", out);
}

void html__section_end(FILE *out)
{
	(void)fputs("</section>\n", out);
}

static const char *const kind_classes[] = {
	[HTML_TEXT] = "t",     [HTML_CODE] = "m",    [HTML_NUMBER] = "n",
	[HTML_EVIDENCE] = "e", [HTML_GRAPHIC] = "g", [HTML_PROSE] = "t",
};

void html_table__begin(FILE *out, const struct html_table *table, const char *label)
{
	(void)fprintf(out,
		      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">"
		      "<table><thead><tr>",
		      label);
	for (size_t i = 0; i < table->count; i++)
		(void)fprintf(out, "<th scope=\"col\" class=\"%s\">%s</th>",
			      kind_classes[table->columns[i].kind], table->columns[i].title);
	(void)fputs("</tr></thead><tbody>\n", out);
}

void html__put_evidence(FILE *out, const char *text)
{
	if (!*text)
		return;
	(void)fprintf(out, "<span class=\"ev %.*s\">", (int)strcspn(text, " "), text);
	html__put(out, text);
	(void)fputs("</span>", out);
}

void html_table__row(FILE *out, const struct html_table *table, const char *class,
		     const char *const cells[])
{
	if (class)
		(void)fprintf(out, "<tr class=\"%s\">", class);
	else
		(void)fputs("<tr>", out);
	for (size_t i = 0; i < table->count; i++) {
		enum html_column_kind kind = table->columns[i].kind;

		(void)fprintf(out, "<td class=\"%s\">", kind_classes[kind]);
		if (kind == HTML_GRAPHIC)
			(void)fputs(cells[i], out);
		else if (kind == HTML_EVIDENCE)
			html__put_evidence(out, cells[i]);
		else
			put(out, cells[i], limits[kind]);
		(void)fputs("</td>", out);
	}
	(void)fputs("</tr>\n", out);
}

void html_table__end(FILE *out)
{
	(void)fputs("</tbody></table></div>\n", out);
}

struct unit_text html__interval(const struct figure *figure)
{
	struct unit_text out = {""};

	if (figure->basis != BASIS_EXACT)
		(void)snprintf(out.text, sizeof(out.text), "%.20s \xe2\x80\x93 %.20s",
			       units__duration(figure->low).text,
			       units__duration(figure->high).text);
	return out;
}

struct unit_text html__evidence(const struct figure *figure)
{
	struct unit_text out;
	double half = (figure->high - figure->low) / 2;

	if (figure->basis == BASIS_SAMPLED && figure->ns > 0 && half >= 0)
		(void)snprintf(out.text, sizeof(out.text), "%s \xc2\xb1%.0f %%",
			       basis__name(figure->basis),
			       fmin(ceil(half / figure->ns * 100), 999));
	else
		(void)snprintf(out.text, sizeof(out.text), "%s", basis__name(figure->basis));
	return out;
}

/* A damaged capture may hold anything. */
static double within(double ratio)
{
	return isfinite(ratio) ? fmin(fmax(ratio, 0), 1) : 0;
}

char *html__bar(double share, const char *class)
{
	return g_strdup_printf(
		"<svg class=\"bar\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
		"aria-hidden=\"true\"><rect class=\"rail\" width=\"100\" height=\"10\"/>"
		"<rect class=\"%s\" width=\"%.2f\" height=\"10\"/></svg>",
		class, within(share) * 100);
}

#define WHISKER_WIDTH 150.0

char *html__whisker(const struct figure *figure, double whole, const char *class)
{
	double inner = WHISKER_WIDTH - 10;
	double low = 5 + inner * within(figure->low / whole);
	double at = 5 + inner * within(figure->ns / whole);
	double high = 5 + inner * within(figure->high / whole);

	return g_strdup_printf(
		"<svg class=\"whisker\" viewBox=\"0 0 %.0f 14\" aria-hidden=\"true\">"
		"<path class=\"axis\" d=\"M5 7H%.0f\"/>"
		"<path class=\"stem %s\" d=\"M5 7H%.2f\"/>"
		"<path class=\"span\" d=\"M%.2f 3.5v7M%.2f 7H%.2fM%.2f 3.5v7\"/>"
		"<circle class=\"%s\" cx=\"%.2f\" cy=\"7\" r=\"3.4\"/></svg>",
		WHISKER_WIDTH, WHISKER_WIDTH - 5, class, at, low, low, high, high, class, at);
}

const char *html__cause_class(const char *path)
{
	return cause_group__class(cause_group__of(path));
}
