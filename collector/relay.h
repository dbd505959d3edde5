/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What captures that follow each other say to whoever starts them, each from a process of its own:
 * the next one is attached while this one records, and takes over at one moment.
 *
 *     next capture              who starts them              capture that records
 *     READY: to attach       ->                 LIST      ->
 *                                                         <- PROCESSES of the target now
 *                            <- TURN: these, and a moment
 *     READY: attached        ->       the same again
 *     (and again where some of them were new to it)
 *     OPENED: at that moment ->       CLOSE: at it        ->
 *                                                         <- CLOSED
 */
#ifndef WALLFLAME_COLLECTOR_RELAY_H
#define WALLFLAME_COLLECTOR_RELAY_H

#include <stddef.h>
#include <stdint.h>

struct relay;

enum relay_type {
	/* From a capture. */
	RELAY_READY,
	RELAY_PROCESSES, /* of the target, that live: an array of pid_t */
	RELAY_OPENED, /* its window opens at time_ns, which may be still to come */
	RELAY_CLOSED, /* its window ended at time_ns, by `end` */
	RELAY_RESULT, /* for those who use the other end: nothing of the collector's */
	/* To a capture. */
	RELAY_LIST, /* asks for RELAY_PROCESSES */
	RELAY_TURN, /* follow these processes, too (an array of pid_t), and open at time_ns, or as
		       soon as may be after it */
	RELAY_CLOSE, /* at time_ns, or as soon as may be after it */
};

enum relay_end {
	RELAY_END_ROTATION, /* the next one takes over */
	RELAY_END_DURATION,
	RELAY_END_INTERRUPT,
	RELAY_END_TARGET_EXIT,
	RELAY_END_COUNT,
};

struct relay_message {
	uint32_t type; /* enum relay_type */
	uint32_t end; /* enum relay_end */
	int64_t time_ns; /* CLOCK_MONOTONIC */
	uint64_t size; /* bytes of the payload that follows */
};

/* Two ends of a new connection. 0 or a negative errno. Neither outlives exec(2). */
int relay__open(struct relay **one, struct relay **other);
/* NULL is allowed. */
void relay__close(struct relay *relay);
/* Readable when there is a message, or nobody at the other end any more. */
int relay__fd(const struct relay *relay);

/* Sends message->size bytes of the payload with it. 0 or a negative errno: -EPIPE when nobody is at
 * the other end. */
int relay__send(struct relay *relay, const struct relay_message *message, const void *payload);
/*
 * Takes a message, if there is one: 1, 0 for none yet, or a negative errno: -EPIPE when nobody is
 * at the other end any more. The caller frees *payload (NULL when there is none).
 */
int relay__receive(struct relay *relay, struct relay_message *message, void **payload);

#endif
