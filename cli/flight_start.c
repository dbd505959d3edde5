// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* The windows' processes: when they are started, and what they are given. */
#include "cli/flight_private.h"
#include "cli/say.h"
#include "collector/now.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* A directory, a file whose name all names begin with, or nothing. */
char *flight__stem(const struct target *target, const char *output)
{
	char *own = target__file_stem(target), *stem = NULL;
	size_t length = output ? strlen(output) : 0;
	struct stat status;
	int made;

	if (!output) {
		stem = strdup(own);
	} else if (!stat(output, &status) && S_ISDIR(status.st_mode)) {
		made = asprintf(&stem, "%s/%s", output, own);
		stem = made < 0 ? NULL : stem;
	} else {
		if (length > 3 && !strcmp(output + length - 3, ".db"))
			length -= 3;
		stem = strndup(output, length);
	}
	free(own);
	return stem;
}

char *flight__path(const struct flight *flight, int64_t t0_ns, const char *more)
{
	int64_t unix_ns = now__realtime() + t0_ns - now__monotonic();
	time_t seconds = unix_ns / 1000000000LL;
	char when[32], *path;
	struct tm utc;

	strftime(when, sizeof(when), "%Y%m%dT%H%M%S", gmtime_r(&seconds, &utc));
	if (asprintf(&path, "%s-%s.%03dZ%s.db", flight->stem, when,
		     (int)(unix_ns % 1000000000LL / 1000000), more) < 0)
		return NULL;
	return path;
}

static struct window *newest(struct flight *flight)
{
	return flight->count ? &flight->windows[flight->count - 1] : NULL;
}

/* The one that is to open next, or NULL. */
struct window *flight__next(struct flight *flight)
{
	struct window *window = newest(flight);

	return window && !window->t0_ns && !window->gone ? window : NULL;
}

/* The latest one whose end has not come, or NULL. */
struct window *flight__recording(struct flight *flight)
{
	for (size_t i = flight->count; i-- > 0;) {
		struct window *window = &flight->windows[i];

		if (window->t0_ns && !window->t1_ns && !window->gone)
			return window;
	}
	return NULL;
}

/* In the new process: nothing of the other windows stays open. */
static _Noreturn void be_window(struct flight *flight, struct relay *relay, const char *path)
{
	struct collector_options options = *flight->options;
	int status;

	for (size_t i = 0; i < flight->count; i++)
		relay__close(flight->windows[i].relay);
	if (flight->signals >= 0)
		close(flight->signals);
	sigprocmask(SIG_SETMASK, &flight->unblocked, NULL);
	signal(SIGUSR1, SIG_IGN); /* meant for the process that started this one */
	options.output = path;
	options.duration_ns = 0;
	options.target = flight->target;
	options.relay = relay;
	options.command = NULL;
	options.pids = flight->pids;
	options.pid_count = flight->pid_count;
	status = flight_window__record(&options, flight->plan);
	fflush(stderr);
	_exit(status);
}

void flight__start(struct flight *flight)
{
	int64_t now_ns = now__monotonic();
	struct window window = {
		.started_ns = now_ns,
		/* When its window will open is not known yet. */
		.path = flight__path(flight, now_ns, "-recording"),
	};
	struct relay *theirs = NULL;
	int status = window.path ? relay__open(&window.relay, &theirs) : -ENOMEM;

	if (!status) {
		window.pid = fork();
		status = window.pid < 0 ? -errno : 0;
	}
	if (!status && !window.pid) {
		relay__close(window.relay);
		be_window(flight, theirs, window.path);
	}
	relay__close(theirs);
	if (status) {
		say_failure("record: starting a window: %s", strerror(-status));
		relay__close(window.relay);
		free(window.path);
		flight__lose(flight);
		return;
	}
	flight->windows[flight->count++] = window;
}

/* When the next window's process is to start; INT64_MAX: not as things are. */
static int64_t next_start(struct flight *flight)
{
	const struct window *recording = flight__recording(flight);
	int64_t start_ns = flight->retry_ns;

	if (flight->ending || flight__next(flight) || flight->count == FLIGHT_WINDOWS_MAX)
		return INT64_MAX;
	if (recording) {
		int64_t t0_ns = recording->t0_ns + flight->plan->rotate_ns;

		if (flight->last || flight__is_too_late(flight, t0_ns))
			return INT64_MAX;
		start_ns = t0_ns - flight->lead_ns;
	}
	return start_ns > flight->retry_ns ? start_ns : flight->retry_ns;
}

int64_t flight__start_next(struct flight *flight)
{
	int64_t start_ns = next_start(flight);

	if (now__monotonic() < start_ns)
		return start_ns;
	flight__start(flight);
	return INT64_MAX;
}
