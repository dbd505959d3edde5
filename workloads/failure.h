/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_WORKLOADS_FAILURE_H
#define WALLFLAME_WORKLOADS_FAILURE_H

/*
 * Puts the message, followed by the text of the errno value `code`, into *error for the caller to
 * free, and returns -code.
 */
int failure__set(char **error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
