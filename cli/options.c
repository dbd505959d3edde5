// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/options.h"

#include "cli/say.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int options__next(const char *command, int argc, char **argv, const char *letters,
		  const struct option *words)
{
	int letter;

	opterr = 0;
	letter = getopt_long(argc, argv, letters, words, NULL);
	if (letter != '?' && letter != ':')
		return letter;
	/* getopt has moved past the word it did not take, unless letters of it are left. */
	const char *word = argv[optind - 1];

	if (letter == ':')
		say_usage(command, "option '%s' needs a value", word);
	else if (optopt > 0 && optopt < UCHAR_MAX && word[1] != '-')
		say_usage(command, "there is no option '-%c'", optopt);
	else
		say_usage(command, "there is no option '%s'", word);
	return OPTIONS_WRONG;
}

int options__found(const char *command, const void *found, const char *what)
{
	if (found)
		return 0;
	say_usage(command, "there is no %s '%s'", what, optarg);
	return -1;
}

const char *options__word(const struct option *words, int letter)
{
	while (words->name && words->val != letter)
		words++;
	return words->name ? words->name : "";
}

int options__seconds(const char *command, const char *option, const char *text, double low,
		     double high, int64_t *ns)
{
	char *end;
	double seconds = strtod(text, &end);

	if (end == text || *end || !isfinite(seconds) || seconds < low || seconds > high) {
		say_usage(command, "%s wants seconds from %g to %.0f, not '%s'", option, low, high,
			  text);
		return -1;
	}
	*ns = llround(seconds * 1e9);
	return 0;
}

int options__length(const char *command, const char *option, const char *text, double low,
		    double high, int64_t *ns)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}};
	char *end;
	double number = strtod(text, &end);

	for (size_t i = 0; end != text && i < sizeof(units) / sizeof(units[0]); i++) {
		double seconds = number * units[i].seconds;

		if (strcmp(end, units[i].name) != 0 || !isfinite(seconds) || seconds < low ||
		    seconds > high)
			continue;
		*ns = llround(seconds * 1e9);
		return 0;
	}
	say_usage(command, "%s wants a length from %gs to %.0fs, as 60s, 5m or 1h, not '%s'",
		  option, low, high, text);
	return -1;
}

static bool is_percentage(const char *text, double *percent)
{
	char *end;

	*percent = strtod(text, &end);
	return end != text && (!*end || !strcmp(end, "%")) && isfinite(*percent);
}

int options__percent(const char *command, const char *option, const char *text, double low,
		     double high, double *percent)
{
	if (is_percentage(text, percent) && *percent >= low && *percent <= high)
		return 0;
	say_usage(command, "%s wants a percentage from %g to %g, not '%s'", option, low, high,
		  text);
	return -1;
}

int options__percent_or_0(const char *command, const char *option, const char *text, double low,
			  double high, double *percent)
{
	if (is_percentage(text, percent) &&
	    (*percent == 0 || (*percent >= low && *percent <= high)))
		return 0;
	say_usage(command, "%s wants 0, or a percentage from %g to %g, not '%s'", option, low, high,
		  text);
	return -1;
}

int options__whole(const char *command, const char *option, const char *text, long low, long high,
		   long *value)
{
	char *end;

	errno = 0;
	*value = strtol(text, &end, 10);
	if (end == text || *end || errno || *value < low || *value > high) {
		say_usage(command, "%s wants a whole number from %ld to %ld, not '%s'", option, low,
			  high, text);
		return -1;
	}
	return 0;
}

int options__name(const char *command, const char *option, const char *text,
		  const char *const *names, int *index)
{
	char all[128] = "";

	for (*index = 0; names[*index]; ++*index) {
		size_t used = strlen(all);

		if (!strcmp(text, names[*index]))
			return 0;
		snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "", names[*index]);
	}
	say_usage(command, "%s wants one of %s, not '%s'", option, all, text);
	return -1;
}

int options__pids(const char *command, const char *option, const char *text, pid_t **pids,
		  size_t *count)
{
	char *copy = strdup(text), *at = copy, *word;
	int status = copy ? 0 : -1;

	while (!status && (word = strsep(&at, ","))) {
		pid_t *more = reallocarray(*pids, *count + 1, sizeof(**pids));
		long pid;

		if (!more) {
			say_failure("%s", strerror(ENOMEM));
			status = -1;
			break;
		}
		*pids = more;
		status = options__whole(command, option, word, 1, INT_MAX, &pid);
		(*pids)[*count] = (pid_t)pid;
		*count += !status;
	}
	free(copy);
	return status;
}
