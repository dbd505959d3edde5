// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/budget.h"

#include <glib.h>
#include <math.h>

/* So many seconds a debt may take to be made up for, and it is never more than so many seconds of
 * the whole share: what nobody could have avoided must not weigh on the rest of the capture. */
#define DEBT_SECONDS 4.0
/* Well under the share is below this part of it; and for so many measurements before more is taken.
 */
#define CALM 0.5
#define CALM_MEASUREMENTS 3
/* The ledger is kept longer by this factor at most a time. */
#define LEDGER_RISE 1.5
/* What is aimed at when the ledger is bounded: a little less than the share, for it is chance which
 * parts are kept. */
#define LEDGER_AIM 0.9

/* Sampling that takes less than this part of the share is left in peace when the rest, which it
 * cannot change, takes more than all of it; until the whole has grown by this factor. */
#define SAMPLING_PART 0.5
#define GROWTH 1.5

/* Never less, where as much was asked for. */
#define LEAST_HZ 19
#define LEAST_COPY_BYTES 4096
#define MOST_STACK_PERIOD_NS 1000000000LL

struct budget budget__begin(double share, bool bounds_ledger)
{
	return (struct budget){.share = share, .bounds_ledger = bounds_ledger, .ledger = 1};
}

static enum budget_verdict lower_ledger(struct budget *budget, double pressure)
{
	double ledger = fmax(budget->ledger * LEDGER_AIM / pressure, BUDGET_LEAST_LEDGER);

	if (!budget->bounds_ledger || budget->ledger <= BUDGET_LEAST_LEDGER)
		return BUDGET_EXHAUSTED;
	budget->ledger = ledger;
	return BUDGET_OVER;
}

/* Whether to sample less would bring little: each step halves what sampling takes, so what the last
 * steps took away tells what is left. */
static bool is_the_ledgers(const struct budget *budget, double cost)
{
	double left = (budget->lowered_at - cost) / ((1 << budget->lowered_by) - 1);

	return !budget->bounds_ledger && budget->lowered_by && cost < budget->lowered_at * GROWTH &&
	       left < SAMPLING_PART * budget->share;
}

static enum budget_verdict lower(struct budget *budget, double pressure, double cost)
{
	int steps = (int)fmin(ceil(log2(pressure)), BUDGET_STEPS - 1);
	int before = budget->step;

	budget->calm = 0;
	if (is_the_ledgers(budget, cost))
		return BUDGET_EXHAUSTED;
	if (budget->step == BUDGET_STEPS - 1)
		return lower_ledger(budget, pressure);
	budget->step += steps < 1 ? 1 : steps;
	if (budget->step > BUDGET_STEPS - 1)
		budget->step = BUDGET_STEPS - 1;
	budget->lowered_by = budget->step - before;
	budget->lowered_at = cost;
	return BUDGET_OVER;
}

static enum budget_verdict raise_again(struct budget *budget, double pressure)
{
	if (budget->ledger < 1) {
		double rise =
			fmin(LEDGER_AIM / fmax(pressure, LEDGER_AIM / LEDGER_RISE), LEDGER_RISE);

		budget->ledger = fmin(budget->ledger * rise, 1);
		return BUDGET_UNDER;
	}
	if (!budget->step || ++budget->calm < CALM_MEASUREMENTS)
		return BUDGET_KEPT;
	budget->calm = 0;
	budget->lowered_by = 0;
	budget->step--;
	return BUDGET_UNDER;
}

enum budget_verdict budget__measured(struct budget *budget, double cost, double seconds)
{
	double most = DEBT_SECONDS * budget->share;
	double pressure;

	budget->debt += (cost - budget->share) * seconds;
	budget->debt = fmin(fmax(budget->debt, 0), most);
	pressure = (cost + budget->debt / DEBT_SECONDS) / budget->share;
	if (pressure > 1)
		return lower(budget, pressure, cost);
	if (pressure < CALM || (budget->ledger < 1 && pressure < CALM * LEDGER_RISE))
		return raise_again(budget, pressure);
	budget->calm = 0;
	return BUDGET_KEPT;
}

/* `most` halved `times` times, but not below `least`, unless it is there already. */
static int64_t halved(int64_t most, int times, int64_t least)
{
	int64_t value = most >> times;

	if (value >= least)
		return value;
	return most < least ? most : least;
}

struct pace budget__pace(const struct budget *budget, const struct pace *most)
{
	int64_t longest = most->stack_period_ns > MOST_STACK_PERIOD_NS ? most->stack_period_ns
								       : MOST_STACK_PERIOD_NS;
	struct pace pace = {
		.stack_period_ns = most->stack_period_ns,
		.hz = most->hz,
		/* A short copy may cut a stack off: last. */
		.copy_bytes = halved(
			most->copy_bytes,
			budget->step > BUDGET_STEPS / 2 ? budget->step - BUDGET_STEPS / 2 : 0,
			LEAST_COPY_BYTES),
		.ledger = budget->ledger,
	};

	/* Odd, not to march in step with other timers. */
	if (budget->step > 1)
		pace.hz = MIN(halved(most->hz, budget->step / 2, LEAST_HZ) | 1, most->hz);
	for (int i = 0; i < budget->step && pace.stack_period_ns < longest; i++)
		pace.stack_period_ns *= 2;
	if (pace.stack_period_ns > longest)
		pace.stack_period_ns = longest;
	return pace;
}
