/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Whether an open file is a capture, of a version that can be read, and sound. */
#ifndef WALLFLAME_STORE_CHECK_H
#define WALLFLAME_STORE_CHECK_H

#include <sqlite3.h>
#include <stdbool.h>

/* Each returns 0, or a negative errno with *why malloc'ed. *version gets that of the file. */
int check__version(sqlite3 *db, int *version, char **why);
/* That every table and view is the one of its version; others in the file are never looked at. */
int check__schema(sqlite3 *db, int version, char **why);
/*
 * That SQLite finds every table sound and every reference kept. `sealed`: but for large tables,
 * whose cursors do as they go.
 */
int check__content(sqlite3 *db, int version, bool sealed, char **why);

#endif
