/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Runs wallflame-workload as its users do, and asks the kernel what it really did. */
#ifndef WALLFLAME_TESTS_WORKLOADS_HARNESS_H
#define WALLFLAME_TESTS_WORKLOADS_HARNESS_H

#include <json-c/json_types.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <cmocka.h>

#define NS_PER_S 1e9

struct child {
	pid_t pid;
	int out; /* memory files */
	int err;
	char scratch[256]; /* its TMPDIR */
};

struct outcome {
	int exit_status; /* -1: killed by a signal */
	char *out;
	char *err;
	struct json_object *json; /* of `out`; NULL when it is none */
	/* From the kernel, of the process and what it waited for: */
	struct rusage usage;
	int64_t read_calls; /* /proc/PID/io: syscr; -1: unknown */
	int64_t read_chars; /* /proc/PID/io: rchar; -1: unknown */
	int64_t device_read_bytes; /* /proc/PID/io: read_bytes; -1: unknown */
	bool left_files; /* in its TMPDIR */
};

/* `arguments` is cut at blanks. max_files > 0 becomes the hard limit of open files. */
struct child child__start(const char *arguments, const char *stdout_path, rlim_t max_files);
/* Waits for the end; the outcome is freed by outcome__free. */
struct outcome child__wait(struct child *child);
struct outcome run(const char *arguments);
void outcome__free(struct outcome *outcome);

/* A number of the JSON line; fails the test when it is not there. */
double outcome__number(const struct outcome *outcome, const char *key);
/* Runs, and fails the test unless there is a sound line of JSON and nothing else. */
struct outcome run_well(const char *arguments);

void check_between(const char *what, double value, double low, double high);
/* The time of all threads that the workload says it had, in ns. */
double thread_ns(const struct outcome *outcome);

void sleep_ms(int ms);
int64_t cpu_ns(const struct rusage *usage);
int count_lines(const char *text);

#endif
