// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/units.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct scale {
	double size;
	double from; /* the smallest value said in it */
	const char *unit;
};

static const struct scale time_scales[] = {
	{3600e9, 1e14, "h"}, {1e9, 1e9, "s"}, {1e6, 1e6, "ms"}, {1e3, 1e3, "us"}, {1, 0, "ns"},
};
static const struct scale byte_scales[] = {
	{0x1p30, 0x1p30, "GiB"},
	{0x1p20, 0x1p20, "MiB"},
	{0x1p10, 0x1p10, "KiB"},
	{1, 0, "bytes"},
};
static const struct scale count_scales[] = {
	{1e12, 1e12, "T"},
	{1e9, 1e9, "G"},
	{1e6, 0, "M"},
};

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* Appends to a text that ends at `end`; returns its new end. */
static char *append_digits(char *end, uint64_t value, int least)
{
	char digits[24];
	int count = 0;

	for (; value > 0 || count < least; value /= 10)
		digits[count++] = (char)('0' + value % 10);
	while (count > 0)
		*end++ = digits[--count];
	*end = '\0';
	return end;
}

struct unit_text units__fixed(double value, int digits)
{
	static const int powers[] = {1, 10, 100, 1000};
	struct unit_text out = {""};
	char *end = out.text;
	uint64_t parts;

	/* With the ten bits of 1000 the 53 of a double still fit the 64 of the widest type. */
	if (!(fabs(value) < 1e15) || digits < 1 || (size_t)digits >= ARRAY_SIZE(powers)) {
		(void)snprintf(out.text, sizeof(out.text), "%.*f", digits, value);
		return out;
	}
	if (signbit(value))
		*end++ = '-';
	parts = (uint64_t)rintl(fabsl((long double)value) * powers[digits]);
	end = append_digits(end, parts / (uint64_t)powers[digits], 1);
	*end++ = '.';
	append_digits(end, parts % (uint64_t)powers[digits], digits);
	return out;
}

/* Four digits, or all of the whole number where it has more. */
static struct unit_text scaled(double value, const struct scale *scales, size_t count)
{
	struct unit_text out;
	const struct scale *scale = scales;
	double magnitude = fabs(value);
	double shown;
	int digits;

	if (!isfinite(value)) {
		(void)snprintf(out.text, sizeof(out.text), "-");
		return out;
	}
	/* What would be rounded up to 1000 of a unit is said in the next greater one. */
	while (scale + 1 < scales + count && magnitude * (1 + 5e-5) < scale->from)
		scale++;
	shown = magnitude / scale->size;
	digits = shown < 9.9995 ? 3 : shown < 99.995 ? 2 : shown < 999.95 ? 1 : 0;
	if (scale->size <= 1 && shown > 0 && shown < 0.5)
		/* Fractions of the smallest unit say nothing, except that it is not nothing. */
		(void)snprintf(out.text, sizeof(out.text), "<1 %s", scale->unit);
	else if (scale->size <= 1 || shown >= 9999.5)
		(void)snprintf(out.text, sizeof(out.text), "%.32s %s",
			       units__count(units__round(value / scale->size)).text, scale->unit);
	else
		(void)snprintf(out.text, sizeof(out.text), "%.40s %s",
			       units__fixed(value / scale->size, digits).text, scale->unit);
	return out;
}

struct unit_text units__duration(double ns)
{
	return scaled(ns, time_scales, ARRAY_SIZE(time_scales));
}

struct unit_text units__bytes(double bytes)
{
	return scaled(bytes, byte_scales, ARRAY_SIZE(byte_scales));
}

struct unit_text units__count(int64_t count)
{
	struct unit_text out;
	char digits[24];
	const char *end =
		append_digits(digits, count < 0 ? 0 - (uint64_t)count : (uint64_t)count, 1);
	long length = end - digits;
	size_t used = 0;

	if (count < 0)
		out.text[used++] = '-';
	for (long i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			out.text[used++] = ',';
		out.text[used++] = digits[i];
	}
	out.text[used] = '\0';
	return out;
}

struct unit_text units__short_count(int64_t count)
{
	if (count > -1000000 && count < 10000000)
		return units__count(count);
	return scaled((double)count, count_scales, ARRAY_SIZE(count_scales));
}

struct unit_text units__share(double ratio)
{
	struct unit_text out;

	if (!isfinite(ratio))
		(void)snprintf(out.text, sizeof(out.text), "-");
	else if (ratio > 0 && ratio < 0.0005)
		(void)snprintf(out.text, sizeof(out.text), "<0.1 %%");
	else
		(void)snprintf(out.text, sizeof(out.text), "%.40s %%",
			       units__fixed(ratio * 100, 1).text);
	return out;
}

struct unit_text units__value(int64_t value, const char *unit)
{
	struct unit_text out;

	if (unit && strcmp(unit, "ns") == 0)
		return units__duration((double)value);
	if (unit && strcmp(unit, "bytes") == 0)
		return units__bytes((double)value);
	out = units__count(value);
	if (unit && *unit && strcmp(unit, "count") != 0) {
		size_t used = strlen(out.text);

		(void)snprintf(out.text + used, sizeof(out.text) - used, " %s", unit);
	}
	return out;
}

int64_t units__round(double value)
{
	if (isnan(value))
		return 0;
	/* 2^63: the first double past the range. */
	if (value >= 0x1p63)
		return INT64_MAX;
	if (value < -0x1p63)
		return INT64_MIN;
	return llround(value);
}
