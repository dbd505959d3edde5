/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * A descriptor table of the calling thread that can be made to double, over and over: what is spent
 * in that call is spent in expand_files() (fs/file.c), most of it asleep until an RCU grace period
 * is over, because the table is shared. It is shared with a partner thread that does nothing else.
 *
 * A table never shrinks: when it is as large as may be, the thread leaves it to the partner and
 * takes a copy, which is as large as needed, and another partner.
 */
#ifndef WALLFLAME_WORKLOADS_GROWING_TABLE_H
#define WALLFLAME_WORKLOADS_GROWING_TABLE_H

#include <pthread.h>
#include <stdbool.h>

struct growing_table {
	bool own; /* the thread has a table of its own, and a partner */
	int wake; /* an eventfd: tells the partner to go */
	int next; /* the descriptor that the table is made to have room for next, or a higher one */
	int grown; /* the descriptor that it had to grow for */
	int limit; /* no descriptor may have this number */
	pthread_t partner;
};

/* Returns 0 or -1 with errno; then there is nothing to close. */
int growing_table__open(struct growing_table *table);
/* To be called before each growth, outside of what is measured. Returns 0 or -1 with errno. */
int growing_table__prepare(struct growing_table *table);
/* Doubles the table: one system call. Returns 0 or -1 with errno. */
int growing_table__grow(struct growing_table *table);
/* To be called after it: gives the descriptor back. */
void growing_table__settle(struct growing_table *table);
void growing_table__close(struct growing_table *table);

#endif
