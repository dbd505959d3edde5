// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analysis_sample.h"
#include "cmocka_all.h"
#include "output.h"

#include "render/escape.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 100

static void contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("not in the report: %s\n%s", part, text);
}

static void check_lines(const char *text)
{
	char **lines = g_strsplit(text, "\n", -1);

	assert_true(g_utf8_validate(text, -1, NULL));
	for (char **line = lines; *line; line++) {
		if (escape__columns(*line) > COLUMNS)
			fail_msg("%zu columns: %s", escape__columns(*line), *line);
		for (const char *p = *line; *p; p++)
			assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		if (**line)
			assert_int_not_equal((*line)[strlen(*line) - 1], ' ');
	}
	g_strfreev(lines);
}

static void a_report_tells(void **state)
{
	char *text = output__report(analysis_sample(), "text");

	(void)state;
	check_lines(text);
	contains(text, "wallflame report of ./fileread --threads 30\n");
	contains(text, "started 2023-11-14 22:13:20 UTC");
	contains(text, "lock/futex took 60.00 s, 60.0 % of the 100.0 s in which threads were not "
		       "idle (sampled +-5 %).");
	contains(text, "Then: cpu/user 30.0 %, unknown 7.0 %, lock/inode 3.0 %.");
	contains(text, "Idle, waiting for work: 200.0 s, 66.7 % of all thread time.");
	contains(text,
		 "  running             30.00 s   10.0 %        330 ##................ on a CPU\n");
	contains(text, "57.00 s .. 63.00 s");
	contains(text, "    futex ");
	contains(text,
		 "      blocked: 57.00 s .. 63.00 s; wall: 58.00 s .. 64.00 s; lock: futex\n");
	contains(text, "  futex-wait      fentry         123.5 M calls   62.00 s sampled +-6 %   "
		       "400.0 us 2.500 ms 81.00 ms\n"
		       "      inside: 59.00 s .. 66.00 s; timed: 4,321\n");
	contains(text, "  dput            evidence             -               - -               "
		       "       -        -        -\n");
	contains(text, "\n  dput: by evidence. no function can be hooked here (lockdown)\n");
	contains(text, "  Not seen: page-cache.");
	contains(text, "-- waiting for work, no cost --");
	contains(text, "0xffff888100000000");
	contains(text, "and 18 more threads");
	contains(text, "born, ended");
	contains(text, "12 ring-full: records lost to a full ring");
	contains(text, "  User stacks, by weight: 98.6 % whole, 1.4 % truncated, <0.1 % only one "
		       "place known (asleep since\n"
		       "  before the window); on the CPU 100.0 % whole, off it 98.0 %.\n");
	contains(text, "64.00 KiB");
	contains(text,
		 "    pid process              reads  B a read  bytes read   of device  cached");
	contains(text,
		 "   4242 fileread         1,234,567        64   75.35 MiB   37.68 MiB  50.0 %"
		 "         3       333\n");
	contains(text,
		 "        (both)                  10        64   640 bytes   4.000 KiB   0.0 %"
		 "         0         -\n");
	contains(text, "and 16 more threads: see the JSON report\n  A process's line has");
	contains(text, "+10.000 %"); /* voluntary: 11 by the ledger, 10 by the kernel */
	contains(text, "not known"); /* the run queue */
	assert_null(strstr(text, "CUT OFF"));
	free(text);
}

static void strangers_break_nothing(void **state)
{
	static const char wide[] = "\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad"
				   "\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87\xe4\xb8\xad\xe6\x96\x87";
	static const char turning[] = {'e', '\xcc', '\x81', '\xe2', '\x80', '\xae', '\0'};
	static const char *const names[] = {
		"", "\x1b[2J\x1b]0;owned\x07\n\r\t%s%n", "\xff\xfe\xc0\x80", wide, turning,
	};
	char *longest = g_strnfill(10240, 'n');
	struct analysis analysis;
	char *text;

	(void)state;
	for (size_t i = 0; i <= sizeof(names) / sizeof(names[0]); i++) {
		bool last = i == sizeof(names) / sizeof(names[0]);

		analysis_sample__hostile(&analysis, last ? longest : names[i]);
		text = output__report(&analysis, "text");
		check_lines(text);
		contains(text, "THIS CAPTURE WAS CUT OFF");
		contains(text, "plain");
		if (last)
			contains(text, "nnn...");
		free(text);
		analysis_sample__free(&analysis);
	}
	g_free(longest);
}

/* An old capture, one of a kernel that does not count, and one in which nothing was read. */
static void reads_that_are_not_known(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct process_row process = analysis.processes[0];
	char *text;

	(void)state;
	analysis.processes = &process;
	analysis.thread_count = analysis.piece_count = analysis.span_count = 0;
	process.io.known = process.io_rest.known = false;
	text = output__report(&analysis, "text");
	contains(text, "estimated\n  Not known.\n");
	free(text);
	process.io = process.io_rest = (struct io_row){.known = true};
	text = output__report(&analysis, "text");
	contains(text, "estimated\n  Nothing was read or written.\n");
	free(text);
	process.io.counts[IO_DEVICE_READ_BYTES] = 4096; /* a mapped file, and no call */
	process.io_unread = 0;
	text = output__report(&analysis, "text");
	check_lines(text);
	contains(text,
		 "   4242 fileread                 0         -     0 bytes   4.000 KiB       -"
		 "         0         -\n  A process's");
	free(text);
}

/* Where every call was timed there is no interval, and no count of the timed ones. */
static void exact_lengths_need_no_words(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct function_row row = analysis.functions[0];
	char *text;

	(void)state;
	row.inside = (struct figure){5e6, 5e6, 5e6, BASIS_EXACT};
	row.latency.exact = true;
	row.latency.p50_ns = NAN;
	row.calls = 4321;
	row.counts = "waits";
	row.backend = "tracepoint";
	row.note = "no BTF";
	analysis.functions = &row;
	analysis.function_count = 1;
	text = output__report(&analysis, "text");
	check_lines(text);
	contains(text, "  futex-wait      tracepoint       4,321 waits  5.000 ms exact           "
		       "       - 2.500 ms 81.00 ms\n"
		       "  futex-wait: by tracepoint. no BTF\n");
	free(text);
}

/* Of threads that were not watched all the time only so much is exact. */
static void a_bounded_ledger_is_not_called_exact(void **state)
{
	static const char *const exact[] = {
		"times of running, unobserved: exact; rest: seen only, see the budget",
		"counts exact unless the row says no;",
		"waits on the slow path; exact",
		"exact counts of the kernel;",
	};
	struct analysis analysis;
	char **lines;
	char *text;

	(void)state;
	analysis_sample__bounded(&analysis);
	text = output__report(&analysis, "text");
	check_lines(text);
	lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++) {
		/* The figures below a heading tell what they rest on themselves. */
		bool allowed = !g_ascii_isupper(**line) || !strstr(*line, "exact");

		for (size_t i = 0; i < G_N_ELEMENTS(exact); i++)
			allowed |= strstr(*line, exact[i]) != NULL;
		if (!allowed)
			fail_msg("called exact: %s", *line);
	}
	contains(text, "blocked: seen only\n");
	contains(text, "all calls together, as far as it was watched");
	contains(text, "\nSYSTEM CALLS SLEPT IN                     seen only; percentiles:");
	contains(text,
		 "\nLONGEST SPANS, IDLE ONES LEFT OUT                              seen only; ");
	contains(text, "\n  unobserved |");
	/* A row adds up to its life. */
	contains(text, "running     no CPU    blocked unobserved\n");
	contains(text, " 300.0 s    30.00 s    7.000 s    205.0 s    58.00 s\n");
	/* Seen were 11 and 7: by the kernel's count, where there is one; and all of 4244's. */
	contains(text, "   4242 fileread         3.333 s  1.000 s 233.0 ms  6.767 s  2.000 s      "
		       "600       70\n");
	contains(text, "   4243 worker           3.333 s  1.000 s 233.0 ms  6.767 s  2.000 s      "
		       ">11       >7\n");
	contains(text, "   4244 worker           3.333 s  1.000 s 233.0 ms  8.767 s     0 ns       "
		       "11        7\n");
	contains(text, "Not idle: sampled.");
	g_strfreev(lines);
	free(text);
	analysis_sample__free(&analysis);

	text = output__report(analysis_sample(), "text");
	contains(text, " exact, but for what is idle; switches counted\n");
	contains(text, " exact; percentiles: upper ends");
	contains(text, " exact; at: since the window began\n");
	assert_null(strstr(text, "seen only"));
	assert_null(strstr(text, "unobs"));
	free(text);
}

/* Of books that were read late it is no wonder that they differ. */
static void late_books_say_so(void **state)
{
	struct count_row costs[] = {{"oracle-skew", 250000000, "ns", NULL}};
	struct analysis late = *analysis_sample();
	char *text;

	(void)state;
	late.costs = costs;
	late.cost_count = G_N_ELEMENTS(costs);
	text = output__report(&late, "text");
	check_lines(text);
	/* By 0.01 %, and by 10 %. */
	contains(text,
		 "  time on the CPU           30.00 s    30.00 s    -0.010 %               30\n");
	contains(text,
		 "  voluntary switches            330        300   +10.000 %               30 "
		 "read up to 250.0 ms late\n");
	free(text);
	text = output__report(&late, "html");
	contains(text, ">read up to 250.0 ms late</td>");
	free(text);
	costs[0].value = 9999999; /* of ten seconds */
	text = output__report(&late, "text");
	contains(text, "+10.000 %               30\n");
	free(text);
}

/* A count that may be too low does not pass for an exact one. */
static void a_count_with_losses_says_so(void **state)
{
	struct analysis analysis = *analysis_sample();
	struct function_row row = analysis.functions[0];
	char *text;

	(void)state;
	row.calls_exact = false;
	row.inside = (struct figure){5e6, 5e6, 5e6, BASIS_ESTIMATED};
	analysis.functions = &row;
	analysis.function_count = 1;
	text = output__report(&analysis, "text");
	check_lines(text);
	contains(text, "counts exact unless the row says no;");
	contains(text, "  futex-wait      fentry         123.5 M calls  5.000 ms estimated       "
		       "400.0 us 2.500 ms 81.00 ms\n"
		       "      count: not exact, see LOSSES; timed: 4,321\n");
	free(text);
}

static void nothing_is_a_report_too(void **state)
{
	struct analysis analysis = {.capture = analysis_sample()->capture};
	char *text;

	(void)state;
	for (size_t i = 0; i < HEADLINE_COUNT; i++)
		analysis.headlines[i] = analysis_sample()->headlines[i];
	text = output__report(&analysis, "text");
	check_lines(text);
	contains(text, "Nothing was lost.");
	contains(text, "No thread waited for a kernel lock.");
	assert_null(strstr(text, "nan"));
	assert_null(strstr(text, "User stacks"));
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_tells),
		cmocka_unit_test(exact_lengths_need_no_words),
		cmocka_unit_test(a_bounded_ledger_is_not_called_exact),
		cmocka_unit_test(late_books_say_so),
		cmocka_unit_test(a_count_with_losses_says_so),
		cmocka_unit_test(strangers_break_nothing),
		cmocka_unit_test(reads_that_are_not_known),
		cmocka_unit_test(nothing_is_a_report_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
