/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The SQL that makes a capture file, compiled in: what each version has more than the one before.
 */
#ifndef WALLFLAME_STORE_SCHEMA_H
#define WALLFLAME_STORE_SCHEMA_H

#include <sqlite3.h>

/* Makes the tables and views of a file of `version`; a result of SQLite. */
int schema__make(sqlite3 *db, int version);

#endif
