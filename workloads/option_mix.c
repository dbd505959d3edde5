// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/option_mix.h"

#include <stddef.h>

#include "workloads/workload.h"

/* Each of `all` is given, and none of `without`. */
static const struct {
	unsigned int all;
	unsigned int without;
	const char *wrong;
} mixes[] = {
	{TAKES_HIGH | TAKES_OCCUPY, 0, "--high is --occupy 65536: give one of them"},
	{TAKES_STEADY | TAKES_EXHAUST, 0, "--steady and --exhaust: give one of them"},
	{TAKES_STEADY | TAKES_FILES, 0, "--steady has one file open at a time: leave --files out"},
	{TAKES_EXHAUST | TAKES_FILES, 0,
	 "--exhaust opens what the limit allows: leave --files out"},
	{TAKES_TABLE, TAKES_STEADY | TAKES_EXHAUST, "--table: only with --steady or --exhaust"},
};

const char *option_mix__wrong(unsigned int given)
{
	for (size_t i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++)
		if ((given & mixes[i].all) == mixes[i].all && !(given & mixes[i].without))
			return mixes[i].wrong;
	return NULL;
}
