/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The captures of a run of `record --rotate`: the newest ones stay, and those that are kept. Only
 * files that this run has made are ever removed or renamed.
 */
#ifndef WALLFLAME_CLI_SHELF_H
#define WALLFLAME_CLI_SHELF_H

#include <stdbool.h>
#include <stddef.h>

struct shelf;

/* So many rotate, so many more may be kept. NULL: no memory. */
struct shelf *shelf__new(size_t rotating, size_t kept);
void shelf__free(struct shelf *shelf); /* NULL is allowed; files stay */

/*
 * The newest file, which is given its name. `name` is NULL for one that is not whole: it keeps the
 * one it has, for a write-ahead log beside it may belong to it. False: there is no such file, or no
 * memory.
 */
bool shelf__put(struct shelf *shelf, const char *path, const char *name);
/* Keeps the newest file, or with `before` the one before it, under a name that ends in the word;
 * what stands in the way of that name stays, and the file has its old one. The name, which lives as
 * long as the file; NULL: there is none, or it is kept already. */
const char *shelf__keep(struct shelf *shelf, bool before, const char *word);
/* Removes what is more than may stay, oldest first. One that is not whole takes no other's place:
 * it stays until the next one has come. Where more are kept than may be, the oldest of these rotate
 * like the others; when such a one goes, that is told. */
void shelf__trim(struct shelf *shelf);

#endif
