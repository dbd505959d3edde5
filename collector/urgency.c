// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/urgency.h"

#include <sys/resource.h>

/* About five times the share of others: kernel/sched/core.c, sched_prio_to_weight. */
#define URGENT_NICE (-7)

int urgency__now(void)
{
	return getpriority(PRIO_PROCESS, 0);
}

void urgency__raise(void)
{
	if (urgency__now() > URGENT_NICE)
		setpriority(PRIO_PROCESS, 0, URGENT_NICE);
}

void urgency__restore(int was)
{
	setpriority(PRIO_PROCESS, 0, was);
}
