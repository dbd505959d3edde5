// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Messages between captures that follow each other. */
#include "desk.h"

#include "collector/relay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* More than a socket takes at once. */
#define MANY 1000000

static void messages_arrive_in_order(void **state)
{
	struct relay *one, *other;
	struct relay_message message = {.type = RELAY_TURN, .time_ns = 7, .size = 6}, got;
	void *payload;

	(void)state;
	assert_int_equal(relay__open(&one, &other), 0);
	assert_int_equal(relay__receive(other, &got, &payload), 0);
	assert_int_equal(relay__send(one, &message, "words"), 0);
	message = (struct relay_message){.type = RELAY_CLOSE, .end = RELAY_END_DURATION};
	assert_int_equal(relay__send(one, &message, NULL), 0);
	assert_int_equal(relay__receive(other, &got, &payload), 1);
	assert_int_equal(got.type, RELAY_TURN);
	assert_int_equal(got.time_ns, 7);
	assert_string_equal(payload, "words");
	free(payload);
	assert_int_equal(relay__receive(other, &got, &payload), 1);
	assert_int_equal(got.type, RELAY_CLOSE);
	assert_int_equal(got.end, RELAY_END_DURATION);
	assert_null(payload);
	assert_int_equal(relay__receive(other, &got, &payload), 0);
	relay__close(one);
	/* What was sent before is not lost with who sent it. */
	assert_int_equal(relay__receive(other, &got, &payload), -EPIPE);
	assert_int_equal(relay__send(other, &message, NULL), -EPIPE);
	relay__close(other);
	relay__close(NULL);
}

static void many_processes_fit(void **state)
{
	struct relay *one, *other;
	struct relay_message message = {.type = RELAY_PROCESSES, .size = MANY * sizeof(pid_t)};
	pid_t *pids = calloc(MANY, sizeof(pid_t)), child;
	void *payload = NULL;
	int status;

	(void)state;
	assert_non_null(pids);
	for (int i = 0; i < MANY; i++)
		pids[i] = i;
	assert_int_equal(relay__open(&one, &other), 0);
	child = fork();
	if (!child)
		_exit(relay__send(one, &message, pids) != 0);
	relay__close(one);
	while (!(status = relay__receive(other, &message, &payload)))
		;
	assert_int_equal(status, 1);
	assert_int_equal(message.size, MANY * sizeof(pid_t));
	assert_memory_equal(payload, pids, MANY * sizeof(pid_t));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	free(payload);
	free(pids);
	relay__close(other);
}

/* Half a message, and one that says it is longer than any can be. */
static void broken_messages_are_refused(void **state)
{
	struct relay_message message = {.type = RELAY_PROCESSES, .size = 1ULL << 40}, got;
	struct relay *one, *other;
	void *payload;

	(void)state;
	assert_int_equal(relay__open(&one, &other), 0);
	assert_int_equal(send(relay__fd(one), &message, sizeof(message), 0), sizeof(message));
	assert_int_equal(relay__receive(other, &got, &payload), -EPROTO);
	assert_null(payload);
	relay__close(one);
	relay__close(other);

	message.size = 100;
	assert_int_equal(relay__open(&one, &other), 0);
	assert_int_equal(send(relay__fd(one), &message, sizeof(message), 0), sizeof(message));
	relay__close(one);
	assert_int_equal(relay__receive(other, &got, &payload), -EPIPE);
	assert_null(payload);
	relay__close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_arrive_in_order),
		cmocka_unit_test(many_processes_fit),
		cmocka_unit_test(broken_messages_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
