/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* SQLite connections to a capture file. */
#ifndef WALLFLAME_STORE_CONNECTION_H
#define WALLFLAME_STORE_CONNECTION_H

#include <sqlite3.h>

#include "store/capture_file.h"

/* What the last result of SQLite means: a negative errno, and its words in *why. */
int connection__failure(sqlite3 *db, int rc, char **why);
/* Runs SQL without results; a negative errno and SQLite's words in *why. */
int connection__exec(sqlite3 *db, const char *sql, char **why);
/* The first column of the first row; a negative errno and SQLite's words in *why. */
int connection__integer(sqlite3 *db, const char *sql, int64_t *value, char **why);

/* `path` must be absolute, exist and hold no symbolic link. */
int connection__open_writer(sqlite3 **out, const char *path, char **why);
/* Makes the write-ahead log part of the one file again. */
int connection__fold(sqlite3 *db, char **why);

/*
 * A connection that changes neither the file nor those beside it, in a read transaction: whoever
 * records goes on, and what is read is the file as it is now.
 */
int connection__open_reader(sqlite3 **out, const char *path, enum capture_condition condition,
			    char **why);

#endif
