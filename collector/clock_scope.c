// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/clock_scope.h"

struct clock_scope clock_scope__beside(const struct engine *engine, const pid_t *pids, size_t count)
{
	struct engine_gaps gaps = engine__facts(engine).gaps;

	return (struct clock_scope){
		.pids = gaps.others ? pids : NULL,
		.count = gaps.others ? count : 0,
		.user_only = gaps.kernel,
	};
}
