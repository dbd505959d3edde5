// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flight.h"

#include "cli/flight_private.h"
#include "cli/say.h"
#include "collector/now.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define TICK_NS 200000000LL
/* As long as nothing is known of how long attaching takes. */
#define FIRST_LEAD_NS 1000000000LL

void flight_plan__release(struct flight_plan *plan)
{
	for (size_t i = 0; i < plan->condition_count; i++)
		condition__free(plan->conditions[i]);
	free(plan->conditions);
}

/* The window that is open, when the run is at its end the last one that was; or NULL. */
static struct window *window_at(struct flight *flight, int64_t now_ns)
{
	for (size_t i = flight->count; i-- > 0;) {
		struct window *window = &flight->windows[i];
		bool opened = window->t0_ns && window->t0_ns <= now_ns && !window->gone;

		if (opened && (flight->ending || !window->t1_ns || now_ns < window->t1_ns))
			return window;
	}
	return NULL;
}

static void take_signals(struct flight *flight)
{
	struct signalfd_siginfo signal;
	int64_t now_ns = now__monotonic();
	struct window *window;

	while (flight->signals >= 0 &&
	       read(flight->signals, &signal, sizeof(signal)) == sizeof(signal))
		flight->signalled_ns = now_ns;
	/* Without a window it waits for the next one that opens. */
	window = flight->signalled_ns ? window_at(flight, now_ns) : NULL;
	if (window) {
		window->signalled_ns = flight->signalled_ns;
		flight->signalled_ns = 0;
	}
}

static int watch_signals(struct flight *flight)
{
	sigset_t set;

	flight->signals = -1;
	sigemptyset(&set);
	if (flight->plan->on_signal)
		sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &flight->unblocked);
	if (!flight->plan->on_signal)
		return 0;
	flight->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return flight->signals < 0 ? -errno : 0;
}

static void wait_until(const struct flight *flight, int64_t then_ns)
{
	struct pollfd entries[FLIGHT_WINDOWS_MAX + 1];
	int64_t left_ns = then_ns - now__monotonic();
	struct timespec timeout = now__timespec(left_ns < 0	    ? 0
						: left_ns > TICK_NS ? TICK_NS
								    : left_ns);
	nfds_t count = 0;

	entries[count++] = (struct pollfd){.fd = flight->signals, .events = POLLIN};
	for (size_t i = 0; i < flight->count; i++)
		if (!flight->windows[i].gone)
			entries[count++] = (struct pollfd){
				.fd = relay__fd(flight->windows[i].relay), .events = POLLIN};
	ppoll(entries, count, &timeout, NULL);
}

/* To begin with; then the one that records tells. */
static int list_target(struct flight *flight)
{
	const pid_t *pids = target__pids(flight->target, &flight->pid_count);

	flight->pids = reallocarray(NULL, flight->pid_count, sizeof(*pids));
	if (!flight->pids)
		return -ENOMEM;
	memcpy(flight->pids, pids, flight->pid_count * sizeof(*pids));
	return 0;
}

static void fly(struct flight *flight)
{
	flight__start(flight);
	while (flight->count || !flight->ending) {
		if (flight__is_over(flight))
			flight__end(flight);
		wait_until(flight, flight__start_next(flight));
		if (*flight->options->stop)
			flight__end(flight);
		take_signals(flight);
		for (size_t i = 0; i < flight->count; i++)
			flight__listen(flight, &flight->windows[i]);
		flight__settle(flight);
	}
}

static void tell_begin(const struct flight *flight)
{
	const struct flight_plan *plan = flight->plan;

	if (plan->quiet)
		return;
	say_note("windows of %g s in %s-<UTC time>.db; the newest %ld stay%s",
		 (double)plan->rotate_ns / 1e9, flight->stem, plan->keep,
		 plan->condition_count || plan->on_signal ? ", and those that a trigger keeps"
							  : "");
}

static void tell_end(const struct flight *flight)
{
	if (flight->signalled_ns)
		say_note("SIGUSR1 came, and no window is there that could be kept for it");
	if (flight->plan->quiet)
		return;
	say_note("%zu windows, %zu kept by triggers, %zu lost; between windows %" PRId64
		 " ns were not covered, %" PRId64 " ns twice",
		 flight->done, flight->kept, flight->lost, flight->gap_ns, flight->overlap_ns);
}

static int prepare(struct flight *flight)
{
	const struct collector_options *options = flight->options;
	const struct flight_plan *plan = flight->plan;
	char *error = NULL;
	int status;

	if (options->command)
		status = target__of_command(&flight->target, options->command, &error);
	else
		status =
			target__of_pids(&flight->target, options->pids, options->pid_count, &error);
	if (status) {
		say_failure("record: %s", error);
		free(error);
		return status;
	}
	flight->stem = flight__stem(flight->target, options->output);
	flight->shelf = shelf__new((size_t)plan->keep, (size_t)plan->keep_triggered);
	status = flight->stem && flight->shelf ? list_target(flight) : -ENOMEM;
	if (!status)
		status = watch_signals(flight);
	if (status)
		say_failure("record: %s", strerror(-status));
	return status;
}

int flight__run(const struct collector_options *options, const struct flight_plan *plan,
		struct collector_result *result)
{
	struct flight flight = {
		.options = options,
		.plan = plan,
		.signals = -1,
		.lead_ns = FIRST_LEAD_NS,
	};
	int status = prepare(&flight);

	if (!status) {
		tell_begin(&flight);
		fly(&flight);
		tell_end(&flight);
		result->command_pid = flight.began ? target__command_pid(flight.target) : 0;
		result->command_runs = !target__status(flight.target, &result->command_status);
		sigprocmask(SIG_SETMASK, &flight.unblocked, NULL);
	}
	if (flight.signals >= 0)
		close(flight.signals);
	target__free(flight.target);
	shelf__free(flight.shelf);
	free(flight.stem);
	free(flight.pids);
	return status || flight.failed || flight.lost ? -1 : 0;
}
