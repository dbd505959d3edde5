// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* How dearly is sampled, by what it costs: on a made-up machine whose costs are known. */
#include "desk.h"

#include "collector/budget.h"

#include <math.h>

static const struct pace asked = {
	.stack_period_ns = 2000000, .hz = 499, .copy_bytes = 32768, .ledger = 1};

/* A machine: the ledger's programs, stacks (as 1 / T), the CPU clock, and what nothing changes. */
struct machine {
	double ledger;
	double passing; /* programs in time that is not looked at */
	double stacks;
	double clock;
	double rest;
};

static double cost_of(const struct machine *machine, const struct pace *pace)
{
	double stacks = (double)asked.stack_period_ns / (double)pace->stack_period_ns;

	return machine->rest + machine->clock * (double)pace->hz / (double)asked.hz +
	       pace->ledger * (machine->ledger + machine->stacks * stacks) +
	       (1 - pace->ledger) * machine->passing;
}

/* So many measurements of half a second; the mean cost of them. */
static double pass(struct budget *budget, const struct machine *machine, int times)
{
	double sum = 0;

	for (int i = 0; i < times; i++) {
		struct pace pace = budget__pace(budget, &asked);
		double cost = cost_of(machine, &pace);

		sum += cost;
		budget__measured(budget, cost, 0.5);
	}
	return sum / times;
}

static void assert_not_dearer(const struct pace *pace, const struct pace *than)
{
	assert_true(pace->stack_period_ns >= than->stack_period_ns);
	assert_true(pace->hz <= than->hz && pace->hz > 0);
	assert_true(pace->copy_bytes <= than->copy_bytes && pace->copy_bytes > 0);
	assert_true(pace->ledger <= than->ledger && pace->ledger > 0);
}

static void a_cheap_capture_is_left_alone(void **state)
{
	struct budget budget = budget__begin(0.01, true);
	const struct machine machine = {.ledger = 0.001, .stacks = 0.003, .clock = 0.003};

	(void)state;
	for (int i = 0; i < 100; i++) {
		struct pace pace = budget__pace(&budget, &asked);

		assert_int_equal(budget__measured(&budget, cost_of(&machine, &pace), 0.5),
				 BUDGET_KEPT);
		assert_memory_equal(&pace, &asked, sizeof(pace));
	}
}

static void sampling_gives_way_at_once_and_comes_back_slowly(void **state)
{
	struct budget budget = budget__begin(0.01, false);
	const struct machine dear = {.ledger = 0.002, .stacks = 0.08, .clock = 0.01};
	const struct machine cheap = {.ledger = 0.0001, .stacks = 0.0005, .clock = 0.0005};
	struct pace pace;
	int step;

	(void)state;
	assert_int_equal(budget__measured(&budget, 0.092, 0.2), BUDGET_OVER);
	assert_true(budget.step >= 3); /* a factor of nine needs more than three halvings */
	assert_true(pass(&budget, &dear, 60) < 0.0125);
	pace = budget__pace(&budget, &asked);
	assert_not_dearer(&pace, &asked);
	assert_true(cost_of(&dear, &pace) < 0.01);
	assert_true(pace.ledger == 1); /* it must not be touched */
	step = budget.step;
	for (int i = 0; i < 2; i++)
		budget__measured(&budget, 0.001, 0.5);
	assert_int_equal(budget.step, step);
	pass(&budget, &cheap, 100);
	pace = budget__pace(&budget, &asked);
	assert_memory_equal(&pace, &asked, sizeof(pace));
}

static void each_step_is_cheaper_than_the_one_before(void **state)
{
	struct budget budget = budget__begin(0.01, true);
	struct pace before = asked;

	(void)state;
	for (budget.step = 1; budget.step < BUDGET_STEPS; budget.step++) {
		struct pace pace = budget__pace(&budget, &asked);

		assert_not_dearer(&pace, &before);
		assert_int_equal(pace.stack_period_ns, 2 * before.stack_period_ns);
		before = pace;
	}
}

/* What was asked for may be less already than what is never gone below. */
static void nothing_is_raised_above_what_was_asked_for(void **state)
{
	struct pace little = {.stack_period_ns = 5000000000, .copy_bytes = 512, .ledger = 1};
	struct budget budget = budget__begin(0.01, false);

	(void)state;
	for (little.hz = 1; little.hz < 20; little.hz++) {
		for (budget.step = 0; budget.step < BUDGET_STEPS; budget.step++) {
			struct pace pace = budget__pace(&budget, &little);

			assert_memory_equal(&pace, &little, sizeof(pace));
		}
	}
}

static void a_ledger_that_is_too_dear_is_bounded_last(void **state)
{
	static const double ledgers[] = {0.02, 0.075, 0.3};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(ledgers); i++) {
		struct budget budget = budget__begin(0.01, true);
		const struct machine machine = {.ledger = ledgers[i],
						.passing = ledgers[i] / 50,
						.stacks = 0.05,
						.clock = 0.002,
						.rest = 0.001};
		struct pace pace;

		pass(&budget, &machine, 30);
		assert_int_equal(budget.step, BUDGET_STEPS - 1);
		assert_true(budget.ledger < 1);
		assert_true(pass(&budget, &machine, 40) < 0.0105);
		pace = budget__pace(&budget, &asked);
		/* And no less of it is kept than can be. */
		assert_true(cost_of(&machine, &pace) > 0.006);
	}
}

static void without_leave_the_ledger_is_kept_whatever_it_takes(void **state)
{
	struct budget budget = budget__begin(0.01, false);
	int exhausted = 0;

	(void)state;
	for (int i = 0; i < 20; i++)
		exhausted += budget__measured(&budget, 0.075, 0.5) == BUDGET_EXHAUSTED;
	assert_true(exhausted > 10);
	assert_true(budget.ledger == 1);
}

/* A storm of switches: to take fewer and fewer stacks would save next to nothing. */
static void the_price_of_the_ledger_is_not_saved_on_stacks(void **state)
{
	struct budget budget = budget__begin(0.01, false);
	const struct machine storm = {.ledger = 0.045, .stacks = 0.02, .clock = 0.005};
	const struct machine worse = {.ledger = 0.045, .stacks = 0.9, .clock = 0.005};
	int step;

	(void)state;
	pass(&budget, &storm, 60);
	step = budget.step;
	assert_in_range(step, 2, 4);
	/* But when much more is sampled there is something to be saved again. */
	pass(&budget, &worse, 60);
	assert_true(budget.step > step);
}

static void what_cannot_be_kept_is_told_and_not_chased(void **state)
{
	struct budget budget = budget__begin(0.001, true);
	enum budget_verdict verdict = BUDGET_KEPT;

	(void)state;
	for (int i = 0; i < 20; i++)
		verdict = budget__measured(&budget, 0.5, 0.5);
	assert_int_equal(verdict, BUDGET_EXHAUSTED);
	assert_true(budget.ledger >= BUDGET_LEAST_LEDGER);
}

/* One dear moment, as when programs' files are read, is made up for and then forgotten. */
static void a_dear_moment_is_made_up_for(void **state)
{
	struct budget budget = budget__begin(0.01, true);
	const struct machine machine = {.ledger = 0.02, .stacks = 0.002, .clock = 0.001};
	double sum, before;

	(void)state;
	pass(&budget, &machine, 60);
	before = budget.ledger;
	budget__measured(&budget, 0.05, 0.5);
	sum = 0.05 + 16 * pass(&budget, &machine, 16);
	assert_true(sum / 17 < 0.0125);
	pass(&budget, &machine, 60);
	assert_true(fabs(budget.ledger - before) < 0.3 * before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cheap_capture_is_left_alone),
		cmocka_unit_test(sampling_gives_way_at_once_and_comes_back_slowly),
		cmocka_unit_test(each_step_is_cheaper_than_the_one_before),
		cmocka_unit_test(nothing_is_raised_above_what_was_asked_for),
		cmocka_unit_test(a_ledger_that_is_too_dear_is_bounded_last),
		cmocka_unit_test(without_leave_the_ledger_is_kept_whatever_it_takes),
		cmocka_unit_test(the_price_of_the_ledger_is_not_saved_on_stacks),
		cmocka_unit_test(what_cannot_be_kept_is_told_and_not_chased),
		cmocka_unit_test(a_dear_moment_is_made_up_for),
	};

	return cmocka_run_group_tests_name("budget", tests, NULL, NULL);
}
