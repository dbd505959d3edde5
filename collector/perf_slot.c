// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_slot.h"

#include "bpf/interval.h"
#include "collector/window.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

struct wf_thread perf_slot__new(uint32_t tid, uint32_t tgid, uint64_t start_ns)
{
	return (struct wf_thread){
		.type = WF_RECORD_THREAD,
		.tid = tid,
		.tgid = tgid,
		.start_ns = start_ns,
	};
}

void perf_slot__flush(struct wf_thread *slot, const struct perf_sink *sink)
{
	sink->emit(sink->ctx, slot, sizeof(*slot));
	slot->run_ns = 0;
	slot->run_count = 0;
	slot->flags = 0;
	memset(slot->strata, 0, sizeof(slot->strata));
}

/* The place of a key, or NULL when the table is full. */
static struct wf_stratum *find_stratum(struct wf_thread *slot, uint32_t key)
{
	uint32_t begin = key >> 4 ^ key >> 1 ^ key >> 10;

	for (uint32_t i = 0; i < WF_STRATA; i++) {
		struct wf_stratum *stratum = &slot->strata[(begin + i) & (WF_STRATA - 1)];

		if (!stratum->key)
			stratum->key = key;
		if (stratum->key == key)
			return stratum;
	}
	return NULL;
}

static void book_span(struct wf_thread *slot, uint32_t key, const struct wf_stratum *amount,
		      const struct perf_sink *sink)
{
	struct wf_stratum *stratum = find_stratum(slot, key);

	if (!stratum) {
		perf_slot__flush(slot, sink);
		stratum = find_stratum(slot, key);
	}
	stratum->count += amount->count;
	stratum->ns += amount->ns;
	stratum->runqueue_ns += amount->runqueue_ns;
}

/* Of preempted threads all is a wait. */
static bool holds_sleeps(const struct wf_stratum *stratum)
{
	return stratum->key && WF_KEY_STATE(stratum->key) > WF_PREEMPTED;
}

int64_t perf_slot__add_waits(struct wf_thread *slot, int64_t ns)
{
	int64_t sleeps = 0, left_ns = ns;

	for (int i = 0; i < WF_STRATA; i++)
		if (holds_sleeps(&slot->strata[i]))
			sleeps += slot->strata[i].count;
	for (int i = 0; sleeps && i < WF_STRATA; i++) {
		struct wf_stratum *stratum = &slot->strata[i];
		int64_t share_ns;

		if (!holds_sleeps(stratum))
			continue;
		share_ns = CLAMP(ns / sleeps * stratum->count, -(int64_t)stratum->runqueue_ns,
				 (int64_t)stratum->ns);
		stratum->ns -= (uint64_t)share_ns;
		stratum->runqueue_ns += (uint64_t)share_ns;
		left_ns -= share_ns;
	}
	return left_ns;
}

static void enter_slice(struct wf_thread *slot, uint64_t at_ns, const struct perf_window *window)
{
	slot->slice = (uint32_t)((at_ns - window->start_ns) / window->slice_ns);
	slot->slice_end_ns = window->start_ns + ((uint64_t)slot->slice + 1) * window->slice_ns;
}

static void send_span(const struct wf_thread *slot, const struct interval *interval,
		      const struct perf_sink *sink)
{
	struct wf_span span = {
		.type = WF_RECORD_SPAN,
		.tid = slot->tid,
		.tgid = slot->tgid,
		.sequence = slot->sequence,
		.off_ns = interval->off,
		.on_ns = interval->leave - interval->run_ns,
		.runqueue_ns = interval->wait_ns,
		.syscall = slot->syscall,
		.state = slot->state,
		.drawn = slot->drawn,
		.probability = wf_chance(slot->leaving_p, slot->arrival_p),
	};

	sink->emit(sink->ctx, &span, sizeof(span));
}

/* `count` is 1 for a span that began in the window. */
static void book(struct wf_thread *slot, const struct interval *interval, uint32_t key,
		 uint32_t count, const struct perf_sink *sink)
{
	struct wf_stratum amount = {
		.count = count,
		.ns = interval->off_ns,
		.runqueue_ns = interval->wait_ns,
	};

	if (key)
		book_span(slot, key, &amount, sink);
	slot->run_ns += interval->run_ns;
	slot->run_count++;
}

/* It ends in a later slice: the books split it. */
static void cross(struct wf_thread *slot, const struct interval *interval, uint32_t key,
		  uint32_t count, const struct perf_sink *sink)
{
	slot->flags |= WF_THREAD_CROSSED;
	slot->cross_off_ns = interval->off;
	slot->cross_on_ns = interval->leave - interval->run_ns;
	slot->cross_leave_ns = interval->leave;
	slot->cross_runqueue_ns = interval->wait_ns;
	slot->cross_key = key ? key | (count ? 0 : 1U << 31) : 0;
	perf_slot__flush(slot, sink);
}

uint64_t perf_slot__close(struct wf_thread *slot, const struct perf_turn *turn,
			  const struct perf_window *window, const struct perf_sink *sink)
{
	uint32_t count = slot->off_ns >= window->start_ns;
	struct interval interval = {
		.off = MAX(slot->off_ns, window->start_ns),
		.cut = slot->off_ns < window->start_ns,
	};
	uint32_t key = 0;

	if (turn->now_ns < window->start_ns)
		return turn->now_ns;
	if (slot->off_ns) {
		const struct charged charged = {.run_ns = turn->run_ns, .wait_ns = turn->wait_ns};
		uint64_t length;

		interval__split(&interval, slot->state, turn->on_ns, turn->now_ns, &charged,
				window->end_ns);
		length = interval.off_ns + interval.wait_ns;
		if (slot->drawn || length >= window->long_span_ns)
			send_span(slot, &interval, sink);
		if (slot->state == WF_PREEMPTED) { /* its state is to wait for a CPU */
			interval.off_ns = interval.wait_ns;
			interval.wait_ns = 0;
		}
		key = WF_KEY(slot->state, class_of((int64_t)length), slot->syscall);
	} else { /* where it was before it came on, the books know */
		interval.off = MAX(MAX(turn->on_ns, window->start_ns), slot->start_ns);
		interval.leave = MAX(turn->now_ns, interval.off);
		interval.run_ns = interval.leave - interval.off;
	}
	if (!slot->slice_end_ns)
		enter_slice(slot, interval.off, window);
	if (interval.leave < slot->slice_end_ns) {
		book(slot, &interval, key, count, sink);
	} else {
		cross(slot, &interval, key, count, sink);
		enter_slice(slot, interval.leave, window);
	}
	return interval.leave;
}
