// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cmocka_all.h"

#include "output.h"
#include "render/flame.h"

#include <stdlib.h>
#include <string.h>

/* NULL with *error set when it is not read. */
static struct flame *read_text(const char *text, char **error)
{
	struct flame *flame = NULL;
	FILE *in = fmemopen((void *)text, strlen(text), "r");

	assert_non_null(in);
	if (flame__from_text(&flame, in, "sample", error) != 0)
		flame = NULL;
	(void)fclose(in);
	return flame;
}

static void check(const char *text, const char *expected)
{
	char *error = NULL;
	struct flame *flame = read_text(text, &error);
	char *folded;

	if (!flame)
		fail_msg("%s", error);
	folded = output__flame(flame, "folded");
	assert_string_equal(folded, expected);
	free(folded);
	flame__free(flame);
}

static void call_chains_are_read(void **state)
{
	(void)state;
	check("sh 28341  2879.303050:     250000 cpu-clock: \n"
	      "\tffffffff8158c3f5 next_uptodate_folio+0xd5 ([kernel.kallsyms])\n"
	      "\t            e3a4 _dl_relocate_object+0x784 (/usr/lib/ld-linux-x86-64.so.2)\n"
	      "\n"
	      "sh 28341  2879.303298:     250000 cpu-clock: \n"
	      "\tffffffff8158c3f5 next_uptodate_folio+0xff ([kernel.kallsyms])\n"
	      "\t            e3a4 _dl_relocate_object+0x784 (/usr/lib/ld-linux-x86-64.so.2)\n"
	      "\n",
	      "sh;_dl_relocate_object;next_uptodate_folio_[k] 500000\n");
	/* perf script --header, carriage returns, no blank line at the end, a sample without
	 * frames. */
	check("# ========\r\n# captured on: today\r\n#\r\n\r\n"
	      "a/1:2 [x] 7/8 [003] 1.5:  10 cycles:P: \r\n"
	      "        401136 std::f(int, char)+0x12 (/tmp/a (deleted))\r\n"
	      "            0 operator()+0x0 (inlined)\r\n\r\n"
	      "a/1:2 [x] 7/8 [003] 1.6:  5 cycles:P: ",
	      "a/1:2 [x] 5\na/1:2 [x];operator()_[i];std::f(int, char) 10\n");
}

static void names_are_found(void **state)
{
	(void)state;
	/* Comms with spaces and numbers, ids of nobody. */
	check("Web Content 12 3.4 99/100 [000] 10.000001: 3 cpu-clock:pppH: \n\t1 f+0x1 (/a)\n\n"
	      ":-1 -1/-1 [001] 10.1: 4 cpu-clock:pppH: \n\t1 f+0x1 (/a)\n",
	      ":-1;f 4\nWeb Content 12 3.4;f 3\n");
	/* What has no symbol is known by its module; remarks stay. */
	check("x 1 1.1: 1 c: \n\t1 [unknown] (/usr/lib/libc.so.6)\n\t2 [unknown] ([unknown])\n\n",
	      "x;[unknown];[libc.so.6] 1\n");
	check("x 1 1.1: 1 c: \n\tffffffff81000000 [unknown] ([kernel.kallsyms])\n\n",
	      "x;[kernel.kallsyms]_[k] 1\n");
	check("x 1 1.1: 1 c: \n\tffffffffc0801234 nft_do_chain+0x1 ([nf_tables])\n"
	      "\tffffffffff600000 vgettimeofday+0x0 ([vsyscall])\n"
	      "\t    7f0012345678 Lcom/foo;::bar+0x3 (/tmp/perf-1234.map)\n\n",
	      "x;Lcom/foo:::bar_[j];vgettimeofday;nft_do_chain_[k] 1\n");
	/* A plus sign is no offset. */
	check("x 1 1.1: 1 c: \n\t1 operator+ (/a)\n\t2 a+0xzz (/a)\n\n", "x;a+0xzz;operator+ 1\n");
}

static void one_line_samples_are_read(void **state)
{
	(void)state;
	check("              sh 28418  2880.329375:     250000 cpu-clock:  ffffffff81589cd1 "
	      "filemap_get_read_batch+0x61 ([kernel.kallsyms])\n"
	      "            beef 28418  2880.329625:     250000 cpu-clock:      564336f26646 "
	      "[unknown] (/usr/bin/dash)\n",
	      "beef;[dash] 250000\nsh;filemap_get_read_batch_[k] 250000\n");
	/* Without a period a sample is one; a tracepoint's fields are no frame. */
	check("ls 12 [001] 5.5: sched:sched_switch: prev_comm=ls prev_pid=12 ==> next_pid=0\n"
	      "\tffffffff81000000 __schedule+0x1 ([kernel.kallsyms])\n\n",
	      "ls;__schedule_[k] 1\n");
}

static void events_are_kept_apart(void **state)
{
	(void)state;
	check("a 1 1.1: 7 cpu-clock: \n\t1 f+0x1 (/a)\n\na 1 1.2: 1 page-faults: \n\t1 f+0x1 "
	      "(/a)\n\n",
	      "cpu-clock;a;f 7\npage-faults;a;f 1\n");
}

static void folded_stacks_still_are(void **state)
{
	(void)state;
	check("a;b 1\n", "a;b 1\n");
	check("# c\n\na 1 2.5: x 7\n", "a 1 2.5: x 7\n");
	check("proc 1 2.5:;f 7\n", "proc 1 2.5:;f 7\n");
}

static void errors_give_the_line(void **state)
{
	static const struct {
		const char *text;
		const char *error;
	} rows[] = {
		{"a 1 1.1: 7 c: \n\tnot hex\n", "sample: line 2: there is no \"address symbol"},
		{"a 1 1.1: 7 c: \n\t1 f+0x1\n", "line 2: there is no \"address symbol"},
		{"a 1 1.1: 7 c: \n\t11111111111111111 f (/a)\n", "line 2: there is no \"address"},
		{"a 1 1.1: 7 c: \n\t1 f (/a)\n\na;b 1\n", "line 4: there is no \"comm pid time"},
		{"a 1 1.1: 7 c: \n\nb 1 1: 7 c: \n", "line 3: there is no \"comm pid time"},
		{"a 1 1.1: 9223372036854775807 c: \n\na 1 1.1: 1 c: \n\n",
		 "line 4: the periods sum"},
		{"a 1 1.1: 1 c: \n\na 1 1.1: 9223372036854775808 c: \n", "line 3: there is no"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *error = NULL;

		if (read_text(rows[i].text, &error))
			fail_msg("is read: %s", rows[i].text);
		if (!strstr(error, rows[i].error))
			fail_msg("\"%s\" is not in \"%s\"", rows[i].error, error);
		free(error);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(call_chains_are_read),
		cmocka_unit_test(names_are_found),
		cmocka_unit_test(one_line_samples_are_read),
		cmocka_unit_test(events_are_kept_apart),
		cmocka_unit_test(folded_stacks_still_are),
		cmocka_unit_test(errors_give_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
