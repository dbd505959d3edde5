// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "workloads/clock.h"
#include "workloads/option_mix.h"
#include "workloads/option_rules.h"

#define DEFAULT_SECONDS 10

/* What getopt_long returns: places in the table, and these. */
enum {
	OPTION_LIST = OPTION_RULES,
	OPTION_HELP,
	LONG_OPTIONS,
};

static enum options_action options__bad(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static enum options_action options__bad(const char *format, ...)
{
	va_list args;

	fputs("wallflame-workload: ", stderr);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return OPTIONS_BAD;
}

static unsigned int options__takes(const struct workload *workload)
{
	return workload->takes | TAKES_JSON;
}

void options__help(void)
{
	puts("usage: wallflame-workload NAME [OPTION...]\n"
	     "       wallflame-workload --list\n\n"
	     "Makes one cause of lost time dominate, then prints what it did by its own count and "
	     "clock.\n\nOptions, and the workloads that take them:");
	for (int i = 0; i < OPTION_RULES; i++) {
		printf("  --%s%s%s\n      %s:", option_rules[i].name,
		       option_rules[i].value ? " " : "",
		       option_rules[i].value ? option_rules[i].value : "", option_rules[i].meaning);
		for (const struct workload *workload = workloads; workload->name; workload++)
			if (options__takes(workload) & option_rules[i].bit)
				printf(" %s", workload->name);
		putchar('\n');
	}
}

static void options__long(struct option options[LONG_OPTIONS + 1])
{
	for (int i = 0; i < OPTION_RULES; i++)
		options[i] = (struct option){.name = option_rules[i].name,
					     .has_arg = option_rules[i].value ? required_argument
									      : no_argument,
					     .val = i};
	options[OPTION_LIST] = (struct option){.name = "list", .val = OPTION_LIST};
	options[OPTION_HELP] = (struct option){.name = "help", .val = OPTION_HELP};
	options[LONG_OPTIONS] = (struct option){0};
}

static enum options_action options__set(const struct option_rule *rule, const char *text,
					struct workload_options *options)
{
	if (rule->set(rule, text, (char *)options + rule->offset))
		return OPTIONS_RUN;
	if (rule->allowed)
		return options__bad("--%s: '%s' is not allowed: give %s", rule->name, text,
				    rule->allowed);
	return options__bad("--%s: '%s' is not allowed: give a whole number, %" PRId64
			    " to %" PRId64,
			    rule->name, text, rule->min, rule->max);
}

/* Who names a part of a mixture names all that there is to be in it. */
static enum options_action options__check_mixture(unsigned int given,
						  struct workload_options *options)
{
	static const int64_t usual[MIXTURE_PARTS] = {20, 30, 25, 25};
	int64_t sum = 0;

	if (!(given & TAKES_MIXTURE))
		memcpy(options->mixture, usual, sizeof(usual));
	for (int part = 0; part < MIXTURE_PARTS; part++)
		sum += options->mixture[part];
	if (sum == 100)
		return OPTIONS_RUN;
	return options__bad("--fd, --page, --futex and --cpu are %" PRId64 " %% together: give "
			    "shares with the sum 100; what is not given is 0",
			    sum);
}

/* Are the options such as this workload takes, in a number it can work with? */
static enum options_action options__check(const struct workload *workload, unsigned int given,
					  struct workload_options *options)
{
	const char *wrong = option_mix__wrong(given);

	for (int i = 0; i < OPTION_RULES; i++)
		if (given & option_rules[i].bit & ~options__takes(workload))
			return options__bad("--%s: %s does not take it; see --help",
					    option_rules[i].name, workload->name);
	if (wrong)
		return options__bad("%s", wrong);
	if (!options->threads)
		options->threads = workload->default_threads;
	/* An exact count has the time it needs, unless an end is given too. */
	if (!options->run_ns)
		options->run_ns =
			(given & TAKES_OPERATIONS ? MAX_SECONDS : DEFAULT_SECONDS) * NS_PER_S;
	if (!(given & TAKES_OPERATIONS))
		options->operations = TEAM_UNLIMITED;
	if (!(given & TAKES_SEED))
		options->seed = 1;
	if (options->threads % workload->threads_multiple)
		return options__bad("--threads: '%" PRId64 "' is not allowed: %s needs a multiple "
				    "of %d",
				    options->threads, workload->name, workload->threads_multiple);
	if (options->files && options->files < options->threads)
		return options__bad("--files: '%" PRId64 "' is not allowed: give at least one for "
				    "each of %" PRId64 " threads",
				    options->files, options->threads);
	if ((given & TAKES_DELAY) && options->fs < FS_EXT4)
		return options__bad("--delay needs a new file system: give --fs ext4 or --fs xfs");
	return options__check_mixture(given, options);
}

enum options_action options__parse(int argc, char **argv, const struct workload **workload,
				   struct workload_options *options)
{
	struct option long_options[LONG_OPTIONS + 1];
	unsigned int given = 0;
	int chosen;

	*options = (struct workload_options){0};
	options__long(long_options);
	opterr = 0;
	while ((chosen = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (chosen == 'h' || chosen == OPTION_HELP)
			return OPTIONS_HELP;
		if (chosen == OPTION_LIST)
			return OPTIONS_LIST;
		if (chosen == ':')
			return options__bad("%s: a value is missing", argv[optind - 1]);
		if (chosen == '?')
			return options__bad("%s: no such option, or not like this; see --help",
					    argv[optind - 1]);
		if (options__set(&option_rules[chosen], optarg, options) == OPTIONS_BAD)
			return OPTIONS_BAD;
		given |= option_rules[chosen].bit;
	}
	if (optind == argc)
		return options__bad("which workload? --list names them");
	*workload = workload__find(argv[optind]);
	if (!*workload)
		return options__bad("'%s' is no workload; --list names them", argv[optind]);
	if (optind + 1 < argc)
		return options__bad("'%s': only one workload can run at a time", argv[optind + 1]);
	return options__check(*workload, given, options);
}
