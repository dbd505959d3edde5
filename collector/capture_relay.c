// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A capture that takes over from another one, and is taken over from: relay.h. */
#include "collector/capture_private.h"
#include "collector/now.h"
#include "collector/relay.h"

#include <errno.h>
#include <glib.h>

/* While it waits. */
#define TICK_NS 100000000LL
/* The last moment before the window is left for nothing else. */
#define REST_NS 5000000LL
/* Each time far fewer processes are new: those forked since, by ones not followed until then. */
#define ROUNDS_MAX 8

static const char *const end_names[RELAY_END_COUNT] = {
	[RELAY_END_ROTATION] = "rotation",
	[RELAY_END_DURATION] = "duration",
	[RELAY_END_INTERRUPT] = "interrupt",
	[RELAY_END_TARGET_EXIT] = "target-exit",
};

/* -ECANCELED when nobody is there any more. */
static int say(struct capture *capture, enum relay_type type, int64_t time_ns)
{
	struct relay_message message = {.type = type, .time_ns = time_ns};

	return relay__send(capture->options->relay, &message, NULL) ? -ECANCELED : 0;
}

static int add_living(void *ctx, struct process *process)
{
	if (!process->end_ns)
		g_array_append_val((GArray *)ctx, process->pid);
	return 0;
}

static int list_processes(struct capture *capture)
{
	GArray *pids = g_array_new(FALSE, FALSE, sizeof(pid_t));
	struct relay_message message = {.type = RELAY_PROCESSES};
	int status;

	roster__each_process(capture->books.roster, add_living, pids);
	message.size = pids->len * sizeof(pid_t);
	status = relay__send(capture->options->relay, &message, pids->data);
	g_array_free(pids, TRUE);
	return status;
}

/* Told too late, the end is put off: see capture__close_window(). */
static void end_at(struct capture *capture, const struct relay_message *order)
{
	int64_t now_ns = now__monotonic();

	if (order->end >= RELAY_END_COUNT)
		return;
	capture->relay_end = end_names[order->end];
	capture->t1_ns = order->time_ns;
	if (capture->t1_ns <= now_ns)
		capture->t1_ns = now_ns + AHEAD_NS;
	engine__close_window(capture->engine, capture->t1_ns);
	capture->closes_late = now__monotonic() >= capture->t1_ns;
}

/* Takes one message: 1 with it in *message, 0 for none, -ECANCELED when nobody is there any more.
 */
static int receive(struct capture *capture, struct relay_message *message, void **payload)
{
	int got = relay__receive(capture->options->relay, message, payload);

	return got < 0 ? -ECANCELED : got;
}

int capture__obey(struct capture *capture)
{
	struct relay_message order;
	void *payload;
	int got = 0;

	while (capture->options->relay && (got = receive(capture, &order, &payload)) > 0) {
		g_free(payload);
		if (order.type == RELAY_LIST)
			list_processes(capture);
		else if (order.type == RELAY_CLOSE)
			end_at(capture, &order);
	}
	return got;
}

/* The number of processes that are new to this capture, or a negative errno. */
static int follow(struct capture *capture, const pid_t *pids, size_t count)
{
	int status = 0, fresh = 0;

	for (size_t i = 0; !status && i < count; i++) {
		if (roster__process(capture->books.roster, pids[i]))
			continue;
		status = engine__follow(capture->engine, pids[i]);
		if (status == -EOPNOTSUPP) {
			g_array_append_val(capture->unfollowed, pids[i]);
			status = 0;
			continue;
		}
		fresh++;
		if (status)
			*capture->error =
				g_strdup_printf("process %d: %s", pids[i], g_strerror(-status));
		else
			status = capture__snapshot(capture, &pids[i], 1);
	}
	return status ? status : fresh;
}

/* Waits for the order to open, or to give up; what comes meanwhile is kept. */
static int await_turn(struct capture *capture, struct relay_message *turn, void **payload)
{
	int engine_fd = capture->engine ? engine__fd(capture->engine) : -1;
	int status = say(capture, RELAY_READY, 0), got = 0;

	while (!status && !(got = receive(capture, turn, payload))) {
		if (capture->options->stop && *capture->options->stop)
			return -ECANCELED;
		if (capture->engine)
			status = capture__keep_up(capture);
		target__wait(capture->target, engine_fd, relay__fd(capture->options->relay),
			     TICK_NS);
	}
	if (got > 0 && turn->type != RELAY_TURN)
		status = -ECANCELED;
	return got < 0 ? got : status;
}

int capture__ask_for_target(struct capture *capture)
{
	struct relay_message turn;
	void *pids = NULL;
	int status = capture->options->relay ? await_turn(capture, &turn, &pids) : 0;

	if (!status && pids)
		g_array_append_vals(capture->pids, pids, (guint)(turn.size / sizeof(pid_t)));
	g_free(pids);
	return status;
}

int capture__take_turn(struct capture *capture, int64_t *t0_ns)
{
	struct relay_message turn;
	int status = 1;

	for (int round = 0; status > 0 && round < ROUNDS_MAX; round++) {
		void *pids = NULL;

		g_array_set_size(capture->unfollowed, 0);
		status = await_turn(capture, &turn, &pids);
		if (!status) {
			*t0_ns = turn.time_ns;
			/* Who was born since it was attached is followed already. */
			status = capture__drain(capture, 0);
		}
		if (!status)
			status = follow(capture, pids, turn.size / sizeof(pid_t));
		g_free(pids);
	}
	return MIN(status, 0);
}

/* It is to end before it begins. */
static bool is_cancelled(const struct capture *capture)
{
	const volatile sig_atomic_t *stop = capture->options->stop;

	return (stop && *stop) || (capture->t1_ns && capture->t1_ns <= capture->books.window.t0_ns);
}

int capture__await_opening(struct capture *capture)
{
	int64_t t0_ns = capture->books.window.t0_ns, last_ns = 0, now_ns;
	int status;

	if (!capture->options->relay)
		return 0;
	status = say(capture, RELAY_OPENED, t0_ns);
	while (!status && (now_ns = now__monotonic()) + REST_NS < t0_ns) {
		int64_t left_ns = t0_ns - REST_NS - now_ns;

		status = capture__obey(capture);
		if (!status && is_cancelled(capture))
			status = -ECANCELED;
		/* Never so late that it could take over what is of the window. */
		if (!status)
			status = capture__drain(capture, last_ns);
		last_ns = now_ns - ENGINE_LAG_NS;
		target__wait(capture->target, -1, relay__fd(capture->options->relay),
			     MIN(left_ns, TICK_NS));
	}
	return status;
}

void capture__tell_end(struct capture *capture)
{
	struct relay_message message = {.type = RELAY_CLOSED, .time_ns = capture->t1_ns};

	if (!capture->options->relay)
		return;
	while (message.end < RELAY_END_COUNT - 1 &&
	       g_strcmp0(end_names[message.end], capture->ended_by))
		message.end++;
	relay__send(capture->options->relay, &message, NULL);
}

int64_t capture__unfollowed(const struct capture *capture)
{
	int64_t count = 0;

	/* Who was forked by a process that is followed has been booked meanwhile. */
	for (guint i = 0; i < capture->unfollowed->len; i++)
		count += !roster__process(capture->books.roster,
					  g_array_index(capture->unfollowed, pid_t, i));
	return count;
}
