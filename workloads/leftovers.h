/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * Directories of workloads that were killed, which nobody else removes. Who makes one holds a lock
 * on it until it ends, however it ends, and only then puts a mark in it. So one that has the mark
 * and no lock is nobody's any more. Process ids would not tell: they are used again, and containers
 * have their own.
 */
#ifndef WALLFLAME_WORKLOADS_LEFTOVERS_H
#define WALLFLAME_WORKLOADS_LEFTOVERS_H

/* How the names of the directories begin. */
#define LEFTOVERS_PREFIX "wallflame-workload-"

/*
 * Locks and marks a new directory, for as long as its descriptor is open. A file system without
 * such locks gets no mark: what is left there stays.
 */
void leftovers__mark(int dir_fd);
/*
 * Removes all that is in a directory of ours, directories too, and the mark last: who is killed
 * in the middle of it leaves what the next one knows.
 */
void leftovers__empty(int dir_fd);
/* Removes what is left in `parent`, of this user's only. */
void leftovers__remove(const char *parent);

#endif
