// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Without memory for a picture there is none, and whoever asked for it is told. */
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "diff_sample.h"
#include "output.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "render/draft.h"

void *__real_g_try_realloc(void *memory, gsize size);
void *__wrap_g_try_realloc(void *memory, gsize size);

static gsize there_is; /* bytes, of each text */

void *__wrap_g_try_realloc(void *memory, gsize size)
{
	return size <= there_is ? __real_g_try_realloc(memory, size) : NULL;
}

static void a_draft_is_whole_or_none(void **state)
{
	static const char line[] = "all of this line, again and again\n";
	const size_t lines = 100000, length = sizeof(line) - 1;
	struct draft draft;

	(void)state;
	for (int enough = 0; enough <= 1; enough++) {
		there_is = enough ? G_MAXSIZE : lines * length / 2;
		assert_int_equal(draft__open(&draft), 0);
		for (size_t i = 0; i < lines; i++)
			(void)fputs(line, draft.stream);
		assert_int_equal(draft__close(&draft), enough ? 0 : -ENOMEM);
		if (!enough) {
			assert_null(draft.text);
			continue;
		}
		assert_int_equal(draft.length, lines * length);
		assert_int_equal(strlen(draft.text), draft.length);
		for (size_t i = 0; i < lines; i++)
			assert_memory_equal(draft.text + i * length, line, length);
		g_free(draft.text);
	}
}

static const struct diff_share shares[] = {{"main|do_syscall_64;schedule", 100}, {NULL, 0}};

typedef int (*write_fn)(FILE *out, const struct comparison *comparison);

static int write_svg(FILE *out, const struct comparison *comparison)
{
	const struct flame_wish wish = flame_wish__default();
	struct flame *flame;
	char *error = NULL;
	int status;

	(void)comparison;
	assert_int_equal(flame__from_analysis(&flame, analysis_sample(), &wish, &error), 0);
	status = render__flame(out, flame, flame_format__find("svg"));
	flame__free(flame);
	return status;
}

static int write_html(FILE *out, const struct comparison *comparison)
{
	(void)comparison;
	return render__report(out, analysis_sample(), report_format__find("html"));
}

static int write_diff(FILE *out, const struct comparison *comparison, const char *format)
{
	const struct diff_wish wish = {.width = WIDTH_BOTH, .flame = flame_wish__default()};
	char *error = NULL;
	int status = render__diff(out, comparison, diff_format__find(format), &wish, &error);

	assert_null(error);
	return status;
}

static int write_diff_svg(FILE *out, const struct comparison *comparison)
{
	return write_diff(out, comparison, "svg");
}

static int write_diff_html(FILE *out, const struct comparison *comparison)
{
	return write_diff(out, comparison, "html");
}

static void no_picture_is_cut(void **state)
{
	static const struct {
		write_fn write;
		bool is_page; /* which has begun when the picture is drawn */
	} writers[] = {
		{write_svg, false},
		{write_html, true},
		{write_diff_svg, false},
		{write_diff_html, true},
	};
	struct diff_sample both = diff_sample__new(shares, 5, shares, 5);

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(writers); i++) {
		for (int enough = 0; enough <= 1; enough++) {
			char *text = NULL;
			size_t size = 0;
			FILE *out = open_memstream(&text, &size);

			assert_non_null(out);
			there_is = enough ? G_MAXSIZE : 0;
			assert_int_equal(writers[i].write(out, both.comparison),
					 enough ? 0 : -ENOMEM);
			(void)fclose(out);
			assert_int_equal(size > 0, enough || writers[i].is_page);
			free(text);
		}
	}
	diff_sample__free(&both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_draft_is_whole_or_none),
		cmocka_unit_test(no_picture_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
