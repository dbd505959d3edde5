// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What the windows' processes say, and are told: relay.h. */
#include "cli/flight_private.h"
#include "cli/say.h"
#include "collector/now.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

/* What a capture should be told before it is to happen: it may be writing its file. */
#define AHEAD_NS 100000000LL
/* Attaching takes about as long as it took last; a busy machine may take longer. */
#define LEAD_LEAST_NS 300000000LL
/* After a window that was lost, unless windows are shorter. */
#define RETRY_MOST_NS 10000000000LL

static void order(struct window *window, enum relay_type type, int64_t time_ns, enum relay_end end)
{
	struct relay_message message = {.type = type, .time_ns = time_ns, .end = end};

	/* One that is not there any more is noticed when its end of the relay is read. */
	relay__send(window->relay, &message, NULL);
}

void flight__end(struct flight *flight)
{
	if (flight->ending)
		return;
	flight->ending = true;
	for (size_t i = 0; i < flight->count; i++)
		if (!flight->windows[i].t1_ns && !flight->windows[i].gone)
			order(&flight->windows[i], RELAY_CLOSE, 0, RELAY_END_INTERRUPT);
}

void flight__lose(struct flight *flight)
{
	int64_t rotate_ns = flight->plan->rotate_ns;

	flight->lost++;
	flight->retry_ns =
		now__monotonic() + (rotate_ns < RETRY_MOST_NS ? rotate_ns : RETRY_MOST_NS);
	if (!flight->began)
		flight->ending = true;
}

bool flight__is_too_late(const struct flight *flight, int64_t t0_ns)
{
	return flight->end_ns && t0_ns > flight->end_ns - FLIGHT_SHORTEST_NS;
}

bool flight__is_over(struct flight *flight)
{
	if (!flight->began || flight__recording(flight))
		return false;
	return target__has_ended(flight->target) || flight__is_too_late(flight, now__monotonic());
}

static void end_with_run(struct flight *flight, struct window *recording)
{
	flight->last = true;
	order(recording, RELAY_CLOSE, flight->end_ns, RELAY_END_DURATION);
}

static void turn(struct flight *flight, struct window *next, const void *pids, uint64_t size)
{
	struct window *recording = flight__recording(flight);
	struct relay_message message = {.type = RELAY_TURN, .size = size};

	if (recording) {
		int64_t soon_ns = now__monotonic() + AHEAD_NS;

		message.time_ns = recording->t0_ns + flight->plan->rotate_ns;
		if (message.time_ns < soon_ns)
			message.time_ns = soon_ns;
	}
	next->waits = false;
	if (flight__is_over(flight)) {
		flight__end(flight);
		return;
	}
	if (recording && flight__is_too_late(flight, message.time_ns)) {
		next->unwanted = true;
		order(next, RELAY_CLOSE, 0, RELAY_END_INTERRUPT);
		end_with_run(flight, recording);
		return;
	}
	relay__send(next->relay, &message, pids);
}

static void on_ready(struct flight *flight, struct window *window)
{
	struct window *recording = flight__recording(flight);
	int64_t took_ns = now__monotonic() - window->started_ns;

	flight->lead_ns = took_ns + took_ns / 2 + LEAD_LEAST_NS;
	if (flight->ending) {
		order(window, RELAY_CLOSE, 0, RELAY_END_INTERRUPT);
	} else if (recording) {
		window->waits = true;
		order(recording, RELAY_LIST, 0, 0);
	} else {
		turn(flight, window, NULL, 0);
	}
}

static void on_processes(struct flight *flight, void **pids, uint64_t size)
{
	struct window *next = flight__next(flight);

	if (next && next->waits)
		turn(flight, next, *pids, size);
	if (!size)
		return;
	free(flight->pids);
	flight->pids = *pids;
	flight->pid_count = size / sizeof(pid_t);
	*pids = NULL;
}

static void on_opened(struct flight *flight, struct window *window, int64_t t0_ns)
{
	struct window *before = flight__recording(flight);

	window->t0_ns = t0_ns;
	if (!flight->began) {
		flight->began = true;
		target__was_released(flight->target);
		if (flight->options->duration_ns)
			flight->end_ns = t0_ns + flight->options->duration_ns;
	}
	if (before)
		order(before, RELAY_CLOSE, t0_ns, RELAY_END_ROTATION);
	if (flight__is_too_late(flight, t0_ns + flight->plan->rotate_ns))
		end_with_run(flight, window);
}

static void on_closed(struct flight *flight, struct window *window,
		      const struct relay_message *message)
{
	window->t1_ns = message->time_ns;
	if (message->end != RELAY_END_ROTATION)
		flight__end(flight);
}

static void on_message(struct flight *flight, struct window *window,
		       const struct relay_message *message, void **payload)
{
	switch (message->type) {
	case RELAY_READY:
		on_ready(flight, window);
		break;
	case RELAY_PROCESSES:
		on_processes(flight, payload, message->size);
		break;
	case RELAY_OPENED:
		on_opened(flight, window, message->time_ns);
		break;
	case RELAY_CLOSED:
		on_closed(flight, window, message);
		break;
	default:
		free(window->result);
		window->result = *payload;
		*payload = NULL;
	}
}

static void on_gone(struct flight *flight, struct window *window)
{
	struct window *next;
	int status = 0;

	window->gone = true;
	while (waitpid(window->pid, &status, 0) < 0 && errno == EINTR)
		;
	flight->failed |= status != 0;
	if (WIFSIGNALED(status))
		say_failure("record: %s: its process was ended by signal %d", window->path,
			    WTERMSIG(status));
	if (!window->result && !window->unwanted && (status || !flight->ending))
		flight__lose(flight);
	/* Nobody else can tell the processes now. */
	next = flight__next(flight);
	if (next && next->waits && !flight__recording(flight))
		turn(flight, next, NULL, 0);
}

void flight__listen(struct flight *flight, struct window *window)
{
	struct relay_message message;
	void *payload;
	int got;

	while (!window->gone && (got = relay__receive(window->relay, &message, &payload))) {
		if (got > 0)
			on_message(flight, window, &message, &payload);
		else
			on_gone(flight, window);
		free(payload);
	}
}
