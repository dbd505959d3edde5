// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "tests/workloads/harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_ARGUMENTS 16

static _Noreturn void child__exec(const struct child *child, const char *arguments,
				  const char *stdout_path, rlim_t max_files)
{
	struct rlimit limit = {max_files, max_files};
	char *words = strdup(arguments);
	char *argv[MAX_ARGUMENTS + 2] = {(char *)"wallflame-workload"};
	int out = stdout_path ? open(stdout_path, O_WRONLY) : child->out;
	char *rest = words;

	for (int i = 1; i <= MAX_ARGUMENTS && (argv[i] = strsep(&rest, " ")); i++)
		if (!*argv[i])
			argv[i--] = NULL;
	setenv("TMPDIR", child->scratch, 1);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(child->err, STDERR_FILENO) < 0)
		_exit(126);
	if (max_files && setrlimit(RLIMIT_NOFILE, &limit))
		_exit(125);
	execv(WORKLOAD_PROGRAM, argv);
	_exit(127);
}

struct child child__start(const char *arguments, const char *stdout_path, rlim_t max_files)
{
	struct child child = {
		.out = memfd_create("stdout", MFD_CLOEXEC),
		.err = memfd_create("stderr", MFD_CLOEXEC),
	};

	assert_true(child.out >= 0 && child.err >= 0);
	snprintf(child.scratch, sizeof(child.scratch), "%s/scratch-XXXXXX", WORKLOAD_SCRATCH);
	assert_non_null(mkdtemp(child.scratch));
	child.pid = fork();
	assert_true(child.pid >= 0);
	if (!child.pid)
		child__exec(&child, arguments, stdout_path, max_files);
	return child;
}

static char *read_all(int fd)
{
	struct stat status;
	char *text;

	assert_int_equal(fstat(fd, &status), 0);
	text = calloc(1, (size_t)status.st_size + 1);
	assert_non_null(text);
	assert_int_equal(pread(fd, text, (size_t)status.st_size, 0), status.st_size);
	close(fd);
	return text;
}

/* The account of a process that has ended is there as long as nobody has reaped it. */
static int64_t io_number(pid_t pid, const char *key)
{
	long long value = -1;
	char line[128];
	FILE *stream;

	snprintf(line, sizeof(line), "/proc/%d/io", (int)pid);
	stream = fopen(line, "re");
	if (!stream)
		return -1;
	while (value < 0 && fgets(line, sizeof(line), stream))
		if (!strncmp(line, key, strlen(key)))
			value = strtoll(line + strlen(key), NULL, 10);
	fclose(stream);
	return value;
}

static bool has_files(const char *path)
{
	DIR *dir = opendir(path);
	int entries = 0;

	assert_non_null(dir);
	while (readdir(dir))
		entries++;
	closedir(dir);
	return entries > 2;
}

struct outcome child__wait(struct child *child)
{
	struct outcome outcome = {0};
	siginfo_t info;
	int status;

	assert_int_equal(waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOWAIT), 0);
	outcome.read_calls = io_number(child->pid, "syscr: ");
	outcome.read_chars = io_number(child->pid, "rchar: ");
	outcome.device_read_bytes = io_number(child->pid, "read_bytes: ");
	assert_int_equal(wait4(child->pid, &status, 0, &outcome.usage), child->pid);
	outcome.exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	outcome.out = read_all(child->out);
	outcome.err = read_all(child->err);
	outcome.json = json_tokener_parse(outcome.out);
	outcome.left_files = has_files(child->scratch);
	rmdir(child->scratch);
	return outcome;
}

struct outcome run(const char *arguments)
{
	char words[256];
	struct child child;

	snprintf(words, sizeof(words), "--json %s", arguments);
	child = child__start(words, NULL, 0);

	return child__wait(&child);
}

void outcome__free(struct outcome *outcome)
{
	json_object_put(outcome->json);
	free(outcome->out);
	free(outcome->err);
}

double outcome__number(const struct outcome *outcome, const char *key)
{
	struct json_object *value;

	if (!json_object_object_get_ex(outcome->json, key, &value))
		fail_msg("no \"%s\" in %s", key, outcome->out);
	return json_object_get_double(value);
}

struct outcome run_well(const char *arguments)
{
	struct outcome outcome = run(arguments);

	assert_string_equal(outcome.err, "");
	assert_int_equal(outcome.exit_status, 0);
	assert_int_equal(count_lines(outcome.out), 1);
	assert_non_null(outcome.json);
	assert_false(outcome.left_files);
	return outcome;
}

void check_between(const char *what, double value, double low, double high)
{
	if (!(value >= low && value <= high))
		fail_msg("%s is %f, not between %f and %f", what, value, low, high);
}

double thread_ns(const struct outcome *outcome)
{
	return outcome__number(outcome, "threads") * outcome__number(outcome, "seconds") * NS_PER_S;
}

void sleep_ms(int ms)
{
	struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) == EINTR)
		;
}

int64_t cpu_ns(const struct rusage *usage)
{
	return (int64_t)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1000000000 +
	       (int64_t)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * 1000;
}

int count_lines(const char *text)
{
	int lines = 0;

	for (; *text; text++)
		lines += *text == '\n';
	return lines;
}
