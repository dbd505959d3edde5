/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A directory of a test's own, and what is done to files in it. */
#ifndef WALLFLAME_TESTS_STORE_SCRATCH_H
#define WALLFLAME_TESTS_STORE_SCRATCH_H

#include <glib.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Needs those above before it. */
#include <cmocka.h>

struct scratch {
	char *dir;
	char *file; /* "capture.db" in it; does not exist at first */
};

/* cmocka setup and teardown: *state is a struct scratch. */
int scratch__setup(void **state);
int scratch__teardown(void **state);

char *scratch__path(const struct scratch *scratch, const char *name);
/* Of the names, sizes and bytes of all files in the directory. */
char *scratch__digest(const struct scratch *scratch);
int scratch__count(const struct scratch *scratch);
void scratch__read(const char *path, char **bytes, size_t *size);
void scratch__write(const char *path, const char *bytes, size_t size);
void scratch__copy(const char *from, const char *to);
/* Runs SQL on the file with SQLite alone. */
void scratch__sql(const char *path, const char *sql);

/* Runs `child` in a process of its own and returns what it returned; asserts that it ended. */
int scratch__in_child(int (*child)(const struct scratch *scratch), const struct scratch *scratch);

#endif
