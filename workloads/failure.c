// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/failure.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int failure__set(char **error, int code, const char *format, ...)
{
	char *what = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&what, format, args) < 0)
		what = NULL;
	va_end(args);
	if (!what || asprintf(error, "%s: %s", what, strerrordesc_np(code)) < 0)
		*error = NULL;
	free(what);
	return -code;
}
