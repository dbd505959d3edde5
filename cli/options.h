/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Reading a command line with clear errors. */
#ifndef WALLFLAME_CLI_OPTIONS_H
#define WALLFLAME_CLI_OPTIONS_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define OPTIONS_END (-1)
#define OPTIONS_WRONG (-2) /* the error has been told */

/*
 * The next option's letter (the value is in `optarg`), OPTIONS_END or OPTIONS_WRONG. `letters` is
 * as for getopt(3) and begins with "+:" or ":".
 */
int options__next(const char *command, int argc, char **argv, const char *letters,
		  const struct option *words);

/* 0 where `found`, the row of a table that is named in optarg, is there; or -1 with the error told.
 * `what` the table has: "format". */
int options__found(const char *command, const void *found, const char *what);

/* The word of a letter. */
const char *options__word(const struct option *words, int letter);

/* Numbers: 0, or -1 with the error told. `option` is the name shown. */
/* Given as seconds, of which no more than fit may be allowed. */
int options__seconds(const char *command, const char *option, const char *text, double low,
		     double high, int64_t *ns);
/* The same, or with a unit: "60s", "5m", "1h". */
int options__length(const char *command, const char *option, const char *text, double low,
		    double high, int64_t *ns);
/* Given as a percentage, with its sign or without. */
int options__percent(const char *command, const char *option, const char *text, double low,
		     double high, double *percent);
/* The same, or 0. */
int options__percent_or_0(const char *command, const char *option, const char *text, double low,
			  double high, double *percent);
int options__whole(const char *command, const char *option, const char *text, long low, long high,
		   long *value);
/* One of NULL-terminated names: its index. */
int options__name(const char *command, const char *option, const char *text,
		  const char *const *names, int *index);
/* "12,13": a malloc'ed array for the caller, appended to what is there. */
int options__pids(const char *command, const char *option, const char *text, pid_t **pids,
		  size_t *count);

#endif
