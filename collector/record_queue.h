/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Copies of records, in order, that wait to be booked. */
#ifndef WALLFLAME_COLLECTOR_RECORD_QUEUE_H
#define WALLFLAME_COLLECTOR_RECORD_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

struct record_queue;

struct record_queue *record_queue__new(void);
void record_queue__free(struct record_queue *queue); /* NULL is allowed */
void record_queue__add(struct record_queue *queue, const void *record, size_t size);
bool record_queue__is_empty(const struct record_queue *queue);
/* Visits and forgets all of them. */
void record_queue__take(struct record_queue *queue,
			void (*visit)(void *ctx, const void *record, size_t size), void *ctx);

#endif
