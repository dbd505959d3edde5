/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What a workload is, and what it is given to run with. Every workload makes one cause of lost
 * time dominate and knows by its own clock how much of it there was.
 */
#ifndef WALLFLAME_WORKLOADS_WORKLOAD_H
#define WALLFLAME_WORKLOADS_WORKLOAD_H

#include <json-c/json_types.h>
#include <stdint.h>

#include "workloads/team.h"

/* The options a workload may take, as a set. */
enum workload_option {
	TAKES_THREADS = 1 << 0,
	TAKES_SECONDS = 1 << 1,
	TAKES_HIGH = 1 << 2,
	TAKES_OCCUPY = 1 << 3,
	TAKES_FILES = 1 << 4,
	TAKES_FILE_SIZE = 1 << 5,
	TAKES_DIR = 1 << 6,
	TAKES_OPERATIONS = 1 << 7,
	TAKES_SEED = 1 << 8,
	TAKES_JSON = 1 << 9, /* all do */
	TAKES_DELAY = 1 << 10,
	TAKES_FS = 1 << 11,
	TAKES_HOLD = 1 << 12,
	TAKES_MIXTURE = 1 << 13, /* --fd, --page, --futex and --cpu */
	TAKES_PATTERN = 1 << 14,
	TAKES_SLOW_HOLDER = 1 << 15,
	TAKES_ADVICE = 1 << 20,
	TAKES_COLD = 1 << 21,
	TAKES_EXHAUST = 1 << 22,
	TAKES_SIZE = 1 << 23,
	TAKES_STEADY = 1 << 24,
	TAKES_TABLE = 1 << 25,
	TAKES_WAY = 1 << 26,
};

/* The words of --advice, --table and --way, in the order in which options.c has them. */
enum workload_advice { ADVICE_NONE, ADVICE_WILLNEED, ADVICE_WARM };
enum workload_table { TABLE_SHARED, TABLE_OWN };
enum workload_way { WAY_BEFORE, WAY_AFTER };
/* The words of --fs and --pattern, likewise. */
enum workload_fs { FS_HERE, FS_EXT4, FS_XFS };
enum workload_pattern { PATTERN_RANDOM, PATTERN_HOLES, PATTERN_SAME_PAGE };

/* The parts of a mixture. */
enum mixture_part { MIXTURE_FD, MIXTURE_PAGE, MIXTURE_FUTEX, MIXTURE_CPU, MIXTURE_PARTS };

/* 0 and NULL: not given. */
struct workload_options {
	int64_t threads;
	int64_t run_ns;
	int64_t occupy;
	int64_t files;
	int64_t file_size;
	const char *dir;
	int64_t operations; /* TEAM_UNLIMITED where not given */
	int64_t seed;
	int64_t json; /* 1: the report is one line of JSON */
	int64_t delay_ms;
	int64_t fs; /* enum workload_fs */
	int64_t hold_ns;
	int64_t mixture[MIXTURE_PARTS]; /* per cent */
	int64_t pattern; /* enum workload_pattern */
	int64_t slow_holder; /* 1: there is one */
	int64_t advice; /* enum workload_advice */
	int64_t cold; /* 1 */
	int64_t exhaust; /* 1 */
	int64_t size;
	int64_t steady; /* 1 */
	int64_t table; /* enum workload_table */
	int64_t way; /* enum workload_way */
};

struct workload_run {
	const struct workload *workload;
	struct workload_options options; /* threads, run_ns and operations are always set */
	int interrupt_fd;
	int64_t max_files; /* RLIMIT_NOFILE as it was when the program began */
	struct tally *tally; /* what teams are told to add to */
	struct json_object *report; /* what is to be printed; run() adds to it */
};

struct workload {
	const char *name;
	const char *meaning; /* one line */
	unsigned int takes; /* enum workload_option */
	int default_threads;
	int threads_multiple; /* the number of threads must be a multiple of this */
	/* Returns 0 or a negative errno with *error malloc'ed. */
	int (*run)(struct workload_run *run, char **error);
};

/* The table of workloads, ended by one without a name. */
extern const struct workload workloads[];
/* NULL: no such workload. */
const struct workload *workload__find(const char *name);

/* The run() of each, in a file of its own. */
int fd_storm__run(struct workload_run *run, char **error);
int cold_read__run(struct workload_run *run, char **error);
int open_storm__run(struct workload_run *run, char **error);
int futex__run(struct workload_run *run, char **error);
int dir_lock__run(struct workload_run *run, char **error);
int two_stacks__run(struct workload_run *run, char **error);
int storm__run(struct workload_run *run, char **error);
int small_read__run(struct workload_run *run, char **error);
int sleepers__run(struct workload_run *run, char **error);
int forks__run(struct workload_run *run, char **error);
int cond_wait__run(struct workload_run *run, char **error);
int dput__run(struct workload_run *run, char **error);
int epoll_file__run(struct workload_run *run, char **error);
int file_service__run(struct workload_run *run, char **error);
int mixture__run(struct workload_run *run, char **error);
int readahead_defeat__run(struct workload_run *run, char **error);
int idle_echo__run(struct workload_run *run, char **error);
int two_waits__run(struct workload_run *run, char **error);
int cure_mmap__run(struct workload_run *run, char **error);
int cure_pieces__run(struct workload_run *run, char **error);
int cure_pool__run(struct workload_run *run, char **error);
int cure_readahead__run(struct workload_run *run, char **error);
int cure_uring__run(struct workload_run *run, char **error);

/* A plan for a team of the wanted size, called like the workload, that ends in time or with the
 * last of the wanted operations. */
struct team_plan workload_run__plan(const struct workload_run *run,
				    int (*work)(struct team_worker *worker), void *shared);
/* Adds the fields every workload reports, those of the tally with them. */
void workload_run__report(struct workload_run *run, const struct team_totals *totals);
void workload_run__add_int(struct workload_run *run, const char *key, int64_t value);
void workload_run__add_text(struct workload_run *run, const char *key, const char *value);
void workload_run__add_double(struct workload_run *run, const char *key, double value);

#endif
