// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "kernel_twin.h"

/* Only the BPF compiler has them; no function called here uses them. */
#define __builtin_preserve_access_index(expression) (expression)
#define __builtin_preserve_field_info(field, info) 0
#define __builtin_preserve_enum_value(value, kind) 0
#define __builtin_preserve_type_info(type, kind) 0

#include "bpf/ledger.bpf.h"

int twin__class_of(uint64_t ns)
{
	return class_of(ns);
}

struct twin_draws twin__draws(uint64_t seed, uint32_t budget, uint64_t calls)
{
	struct wf_caller caller = {.random = seed * 0x9e3779b97f4a7c15ULL | 1};
	struct wf_point *point = &caller.points[0];
	struct twin_draws draws = {0};

	calls_budget = budget;
	for (uint64_t i = 0; i < calls; i++) {
		int timed = point__draw(&caller, point);
		double weight = (double)(1ULL << point->halvings);

		draws.variance += weight - 1;
		draws.timed += timed;
		draws.weight += timed ? weight : 0;
	}
	return draws;
}

bool twin__is_inside(struct twin_call open, struct twin_call begun, bool nests)
{
	const struct wf_point point = {.frame = open.frame, .place = open.place};
	const struct spot spot = {.frame = begun.frame, .place = begun.place, .nests = nests};

	return point__has_inside(&point, &spot);
}
