/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The queue of a service: one mutex, a condition for work and one for room. */
#ifndef WALLFLAME_WORKLOADS_REQUEST_QUEUE_H
#define WALLFLAME_WORKLOADS_REQUEST_QUEUE_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define REQUEST_QUEUE_ROOM 64

struct request {
	int64_t file;
	bool renew; /* write the file anew instead of reading it */
};

struct request_queue {
	pthread_mutex_t mutex;
	pthread_cond_t work;
	pthread_cond_t room;
	struct request ring[REQUEST_QUEUE_ROOM];
	unsigned int first, count;
	bool closed;
};

#define REQUEST_QUEUE_INITIALIZER                                                     \
	{                                                                             \
		.mutex = PTHREAD_MUTEX_INITIALIZER, .work = PTHREAD_COND_INITIALIZER, \
		.room = PTHREAD_COND_INITIALIZER                                      \
	}

/*
 * Takes the next request, waiting for one; false: the queue is closed and empty. Adds the time in
 * front of the mutex to *mutex_ns, and that without work (to which belongs getting the mutex back)
 * to *idle_ns.
 */
bool request_queue__take(struct request_queue *queue, struct request *request, int64_t *mutex_ns,
			 int64_t *idle_ns);
/* False: there was no room for some 20 ms. */
bool request_queue__give(struct request_queue *queue, const struct request *request);
/* What is in it can still be taken. */
void request_queue__close(struct request_queue *queue);

#endif
