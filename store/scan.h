/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Goes over the rows of a large table straight from the pages of a file that nobody writes:
 * SQLite's virtual machine takes five times as long for each of millions of rows. The layout is
 * that of sqlite.org/fileformat2.html, of which this needs b-trees whose rows lie on one page each.
 * Every page and row is checked on its way.
 */
#ifndef WALLFLAME_STORE_SCAN_H
#define WALLFLAME_STORE_SCAN_H

#include <sqlite3.h>

#include "store/row.h"

struct scan;

/*
 * `keys`: of a WITHOUT ROWID table, how many columns, the first ones, are its key; else 0. 0 or a
 * negative errno with *why malloc'ed. The connection must outlive the scan.
 */
int scan__open(struct scan **out, sqlite3 *db, const char *table, int columns, int keys,
	       char **why);
/*
 * 1 with the values of the next row, in the order of the table's columns, which stay until the next
 * call; 0 at the end, or a negative errno with *why malloc'ed.
 */
int scan__next(struct scan *scan, const struct row_value **values, char **why);
void scan__close(struct scan *scan);

#endif
