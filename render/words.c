// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/words.h"

#include <time.h>

static const char *const state_meanings[STATE_COUNT] = {
	[STATE_RUNNING] = "on a CPU",
	[STATE_PREEMPTED] = "lost its CPU, wants one",
	[STATE_INTERRUPTIBLE] = "asleep; a signal would wake it",
	[STATE_UNINTERRUPTIBLE] = "asleep; no signal wakes it",
	[STATE_IO_WAIT] = "asleep until a device answers",
	[STATE_STOPPED] = "stopped by a signal or a tracer",
	[STATE_WOKEN] = "woken, waits for a CPU",
	[STATE_UNOBSERVED] = "off a CPU, while not watched",
};

const char *words__state(enum store_state state)
{
	return state_meanings[state];
}

static const char *const half_words[USER_HALF_COUNT] = {
	[USER_HALF_WHOLE] = "whole",
	[USER_HALF_RECALLED] = "as last walked from the same registers",
	[USER_HALF_TRUNCATED] = "truncated",
	[USER_HALF_BROKEN] = "broken",
	[USER_HALF_NOT_WALKED] = "not walked",
	[USER_HALF_PLACE_ONLY] = "only one place known (asleep since before the window)",
	[USER_HALF_OTHER] = "with a remark not known here",
};

const char *words__user_half(enum user_half half)
{
	return half_words[half];
}

const char *words__life(const struct thread_row *row)
{
	static const char *const words[2][2] = {{"", "ended"}, {"born", "born, ended"}};

	return words[row->born][row->ended];
}

const char *words__started(const struct store_capture *capture, char *text, size_t size)
{
	time_t seconds = (time_t)(capture->started_unix_ns / 1000000000);
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) || strftime(text, size, "%Y-%m-%d %H:%M:%S UTC", &utc) == 0)
		return "at an unknown time";
	return text;
}
