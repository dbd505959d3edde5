/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A capture as a file in a directory, with the files that SQLite keeps beside it. */
#ifndef WALLFLAME_STORE_CAPTURE_FILE_H
#define WALLFLAME_STORE_CAPTURE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The names of SQLite's files are that of the capture with these behind. */
#define CAPTURE_WAL "-wal"
#define CAPTURE_SHM "-shm"
#define CAPTURE_JOURNAL "-journal"

enum capture_condition {
	CAPTURE_SEALED, /* one file that nobody writes */
	CAPTURE_CUT_OFF, /* the rest is in a write-ahead log that nobody writes */
	CAPTURE_RECORDING, /* another process has it open */
};

struct capture_file {
	char *path; /* absolute, without symbolic links */
	char *aside; /* where the file is that this one replaces; NULL: nowhere */
	dev_t device;
	ino_t inode;
};

/*
 * Makes a fresh, empty file of mode 0600. With `replace` an old file or symbolic link of that name
 * is set aside first (never written to, never followed). 0 or a negative errno with *why malloc'ed;
 * the caller releases `file`, which was all zero, in any case.
 */
int capture_file__create(struct capture_file *file, const char *path, bool replace, char **why);
/*
 * Takes the room on the disk for SQLite's index of the write-ahead log, which it maps into memory;
 * before SQLite opens the file. 0 or a negative errno with *why malloc'ed.
 */
int capture_file__reserve_index(const struct capture_file *file, char **why);
/* Whether its name still leads to the file that was created. */
bool capture_file__is_in_place(const struct capture_file *file);
/* With what SQLite keeps beside it; 0 where there is none. */
int64_t capture_file__bytes(const struct capture_file *file);
/* Removes the file, if it still is in place, and what SQLite left beside it; what it replaced comes
 * back. */
void capture_file__remove(struct capture_file *file);
/* Frees what `file` owns. What it replaced and what did not come back is removed. */
void capture_file__release(struct capture_file *file);

/*
 * Looks at a file that is to be read: *resolved gets its absolute path without symbolic links,
 * for the caller to free. 0 or a negative errno with *why malloc'ed.
 */
int capture_file__inspect(const char *path, char **resolved, enum capture_condition *condition,
			  char **why);
/* 1, 0 or a negative errno. */
int capture_file__is_sqlite(const char *path);

#endif
