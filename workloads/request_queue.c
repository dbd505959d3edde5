// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/request_queue.h"

#include <errno.h>

#include "workloads/clock.h"

#define PATIENCE_NS (20 * INT64_C(1000000))

bool request_queue__take(struct request_queue *queue, struct request *request, int64_t *mutex_ns,
			 int64_t *idle_ns)
{
	int64_t want = clock__now(), have;
	bool taken;

	pthread_mutex_lock(&queue->mutex);
	have = clock__now();
	*mutex_ns += have - want;
	while (!queue->count && !queue->closed)
		pthread_cond_wait(&queue->work, &queue->mutex);
	*idle_ns += clock__now() - have;
	taken = queue->count;
	if (taken) {
		*request = queue->ring[queue->first];
		queue->first = (queue->first + 1) % REQUEST_QUEUE_ROOM;
		/* Half of it is free: the one who brings requests need not come for each. */
		if (--queue->count == REQUEST_QUEUE_ROOM / 2)
			pthread_cond_signal(&queue->room);
	}
	pthread_mutex_unlock(&queue->mutex);
	return taken;
}

bool request_queue__give(struct request_queue *queue, const struct request *request)
{
	/* pthread_cond_timedwait goes by CLOCK_REALTIME unless told otherwise. */
	struct timespec until = clock__timespec(clock__read(CLOCK_REALTIME) + PATIENCE_NS);
	int status = 0;
	bool room;

	pthread_mutex_lock(&queue->mutex);
	while (queue->count == REQUEST_QUEUE_ROOM && !status)
		status = pthread_cond_timedwait(&queue->room, &queue->mutex, &until);
	room = queue->count < REQUEST_QUEUE_ROOM;
	if (room) {
		queue->ring[(queue->first + queue->count) % REQUEST_QUEUE_ROOM] = *request;
		queue->count++;
	}
	pthread_mutex_unlock(&queue->mutex);
	if (room)
		pthread_cond_signal(&queue->work);
	return room;
}

void request_queue__close(struct request_queue *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->closed = true;
	pthread_mutex_unlock(&queue->mutex);
	pthread_cond_broadcast(&queue->work);
}
