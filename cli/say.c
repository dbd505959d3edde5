// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/say.h"

#include "cli/command.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* Bytes that could steer a terminal or begin another line show as '?'. */
static void print_safe(const char *format, va_list args)
{
	char *text = NULL;
	int length = vasprintf(&text, format, args);

	for (int i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)text[i];

		fputc(byte < 0x20 || byte == 0x7f ? '?' : byte, stderr);
	}
	if (length >= 0)
		free(text);
}

static void say(const char *format, va_list args)
{
	fputs("wallflame: ", stderr);
	print_safe(format, args);
	fputc('\n', stderr);
}

void say_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
}

int say_failure(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(format, args);
	va_end(args);
	return EXIT_FAILURE;
}

int say_usage(const char *command, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "wallflame%s%s: ", command ? " " : "", command ? command : "");
	va_start(args, format);
	print_safe(format, args);
	va_end(args);
	fprintf(stderr, " (see: wallflame help%s%s)\n", command ? " " : "", command ? command : "");
	return EXIT_USAGE;
}
