/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Figures for people. Every function returns its text by value, ready for printf's "%s":
 * units__duration(ns).text.
 */
#ifndef WALLFLAME_RENDER_UNITS_H
#define WALLFLAME_RENDER_UNITS_H

#include <stdint.h>

struct unit_text {
	char text[48];
};

/* "987 ns", "45.60 us", "1.234 s": four digits; "-" where there is no number. */
struct unit_text units__duration(double ns);
/* With its thousands apart: "1,234,567". */
struct unit_text units__count(int64_t count);
/* The same in at most nine columns: "9,999,999", "12.35 M". */
struct unit_text units__short_count(int64_t count);
/* What printf's "%.*f" makes of it with 1 to 3 digits behind the point, in a tenth of the time. */
struct unit_text units__fixed(double value, int digits);
/* "12.3 %"; "<0.1 %" for what is more than nothing. */
struct unit_text units__share(double ratio);
/* "1.5 MiB". */
struct unit_text units__bytes(double bytes);
/* By the unit a capture gives: "ns", "bytes", or any other word, which is appended. */
struct unit_text units__value(int64_t value, const char *unit);

/* The nearest whole number, kept inside the range of int64_t; 0 where there is no number. */
int64_t units__round(double value);

#endif
