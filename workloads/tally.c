// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/tally.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#define NAME_SIZE 16 /* TASK_COMM_LEN, include/linux/sched.h */

struct tally_thread {
	char name[NAME_SIZE];
	int tid;
	int64_t operations;
	int64_t operation_ns;
	struct tally_time time;
	struct tally_time life;
	struct latency latency;
};

struct tally {
	struct tally_thread *threads;
	size_t count;
	struct latency latency;
};

struct tally *tally__new(void)
{
	return calloc(1, sizeof(struct tally));
}

void tally__free(struct tally *tally)
{
	if (!tally)
		return;
	free(tally->threads);
	free(tally);
}

static struct tally_thread *tally__thread(struct tally *tally, const char *name)
{
	struct tally_thread *threads;

	for (size_t i = 0; i < tally->count; i++)
		if (!strncmp(tally->threads[i].name, name, NAME_SIZE - 1))
			return &tally->threads[i];
	threads = reallocarray(tally->threads, tally->count + 1, sizeof(*threads));
	if (!threads)
		return NULL;
	tally->threads = threads;
	threads += tally->count++;
	memset(threads, 0, sizeof(*threads));
	strncpy(threads->name, name, NAME_SIZE - 1);
	return threads;
}

static void add_time(struct tally_time *sum, const struct tally_time *time)
{
	sum->life_ns += time->life_ns;
	sum->run_ns += time->run_ns;
	if (time->delay_ns == TALLY_UNKNOWN || sum->delay_ns == TALLY_UNKNOWN)
		sum->delay_ns = TALLY_UNKNOWN;
	else
		sum->delay_ns += time->delay_ns;
}

int tally__add(struct tally *tally, const struct tally_entry *entry)
{
	struct tally_thread *thread = tally__thread(tally, entry->name);

	if (!thread)
		return -ENOMEM;
	thread->tid = entry->tid;
	thread->operations += entry->operations;
	thread->operation_ns += entry->operation_ns;
	add_time(&thread->time, &entry->time);
	add_time(&thread->life, &entry->life);
	latency__merge(&thread->latency, entry->latency);
	latency__merge(&tally->latency, entry->latency);
	return 0;
}

static void add(struct json_object *object, const char *key, int64_t value)
{
	json_object_object_add(object, key, json_object_new_int64(value));
}

static void add_ranks(struct json_object *object, const struct latency *latency)
{
	add(object, "p50_ns", latency__at(latency, 0.50));
	add(object, "p99_ns", latency__at(latency, 0.99));
	add(object, "max_ns", latency->max_ns);
}

/* Pairs of what the durations are below, in ns, and how many there were; empty ones are left out.
 */
static struct json_object *histogram(const struct latency *latency)
{
	struct json_object *bins = json_object_new_array();

	for (int bin = 0; bin < LATENCY_BINS; bin++) {
		struct json_object *pair;

		if (!latency->bins[bin])
			continue;
		pair = json_object_new_array_ext(2);
		json_object_array_add(pair, json_object_new_int64(latency__end(bin)));
		json_object_array_add(pair, json_object_new_int64(latency->bins[bin]));
		json_object_array_add(bins, pair);
	}
	return bins;
}

static int64_t blocked_ns(const struct tally_time *time)
{
	if (time->delay_ns == TALLY_UNKNOWN)
		return TALLY_UNKNOWN;
	return time->life_ns - time->run_ns - time->delay_ns;
}

static void add_times(struct json_object *object, const struct tally_time *time)
{
	add(object, "life_ns", time->life_ns);
	add(object, "run_ns", time->run_ns);
	add(object, "delay_ns", time->delay_ns);
	add(object, "blocked_ns", blocked_ns(time));
}

static struct json_object *per_thread(const struct tally_thread *thread)
{
	struct json_object *object = json_object_new_object();
	struct json_object *life = json_object_new_object();

	json_object_object_add(object, "name", json_object_new_string(thread->name));
	add(object, "tid", thread->tid);
	add(object, "operations", thread->operations);
	add(object, "operation_ns", thread->operation_ns);
	add_times(object, &thread->time);
	if (thread->latency.count)
		add_ranks(object, &thread->latency);
	add_times(life, &thread->life);
	json_object_object_add(object, "whole", life);
	return object;
}

void tally__report(const struct tally *tally, struct json_object *report)
{
	struct json_object *threads, *latency;

	if (!tally->count)
		return;
	if (tally->latency.count) {
		latency = json_object_new_object();
		add(latency, "count", tally->latency.count);
		add_ranks(latency, &tally->latency);
		json_object_object_add(latency, "below_ns", histogram(&tally->latency));
		json_object_object_add(report, "latency", latency);
	}
	threads = json_object_new_array();
	for (size_t i = 0; i < tally->count; i++)
		json_object_array_add(threads, per_thread(&tally->threads[i]));
	json_object_object_add(report, "per_thread", threads);
}
