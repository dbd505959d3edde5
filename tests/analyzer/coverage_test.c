// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Whether 95 % intervals cover the truth: captures of programs whose true causes are known, drawn
 * by the very rule of bpf/evidence.bpf.h.
 */
#include "book.h"

#include <inttypes.h>
#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define RUNS 200
#define SLICES 4
#define KINDS 3
#define PERIOD 5000000.0 /* T */
#define FLOOR (1.0 / 1024)
#define TICK 10101010 /* of a clock of 99 Hz */
/* 200 runs at 95 % lie above this in all but one of ten thousand cases. */
#define COVERED_MIN (RUNS * 88 / 100)

struct kind {
	const char *cause;
	const char *stack;
	double share; /* of the spans */
	double mean_ns; /* median of a log-normal length */
	double spread; /* its sigma */
};

struct program {
	const char *name;
	int threads;
	double run_ns; /* between spans */
	bool phases; /* kinds come in long runs, not mixed */
	double bias_max; /* beyond four standard errors */
	struct kind kinds[KINDS];
};

#define WAIT "|do_futex;futex_wait;futex_wait_queue;schedule;__schedule"

static const struct program programs[] = {
	{"like lengths",
	 2,
	 30000,
	 false,
	 0.005,
	 {{"lock/futex", "main;pthread_mutex_lock" WAIT, 0.5, 100000, 0.3},
	  {"idle/park", "main;pthread_cond_wait" WAIT, 0.4, 100000, 0.3},
	  {"unknown", "main;other" WAIT, 0.1, 100000, 0.3}}},
	{"heavy tails",
	 4,
	 20000,
	 false,
	 0.005,
	 {{"lock/futex", "main;pthread_mutex_lock" WAIT, 0.6, 20000, 1.5},
	  {"idle/park", "main;pthread_cond_wait" WAIT, 0.3, 200000, 2},
	  {"unknown", "main;other" WAIT, 0.1, 50000, 1}}},
	{"phases and a storm",
	 2,
	 4000,
	 true,
	 0.03, /* p follows the phases, so that few draws stand for much */
	 {{"lock/futex", "main;pthread_mutex_lock" WAIT, 0.80, 5000, 0.5},
	  {"idle/park", "main;pthread_cond_wait" WAIT, 0.19, 300000, 1},
	  {"unknown", "main;other" WAIT, 0.01, 3000000, 0.5}}},
};

struct outcome {
	int covered;
	double error, squares; /* of the estimate, in units of the truth */
};

struct simulation {
	const struct program *program;
	struct book *book;
	GRand *random;
	store_id thread;
	store_id stacks[KINDS];
	store_id user, kernel;
	double average;
	int kind;
	double truth[KINDS];
	double user_truth;
	double tick_left;
	/* Of the thread at hand, until it is written. */
	struct store_ledger spans[SLICES][64];
	struct store_ledger runs[SLICES];
};

static double normal(GRand *random)
{
	double u = g_rand_double_range(random, 1e-12, 1);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * g_rand_double(random));
}

static int64_t slice_of(double now)
{
	return (int64_t)(now / SECOND) + 1;
}

static int class_of(int64_t ns)
{
	return ns > 1 ? 63 - __builtin_clzll(ns) : 0;
}

static int choose_kind(struct simulation *simulation)
{
	double at = g_rand_double(simulation->random);
	int kind = 0;

	if (simulation->program->phases && g_rand_double(simulation->random) < 0.98)
		return simulation->kind;
	while (kind + 1 < KINDS && at >= simulation->program->kinds[kind].share)
		at -= simulation->program->kinds[kind++].share;
	simulation->kind = kind;
	return kind;
}

/* A span that may cross into the next slice, as the collector books it. */
static void book_span(struct simulation *simulation, double start, int64_t ns, int kind, double p)
{
	bool drawn = p >= 1 || g_rand_double(simulation->random) < p;
	int64_t first = slice_of(start);

	for (double at = start; at < start + (double)ns;) {
		int64_t slice = slice_of(at);
		double end = fmin((double)slice * SECOND, start + (double)ns);
		int64_t part = llround(end - at);
		struct store_ledger *ledger = &simulation->spans[slice - 1][class_of(ns)];
		struct store_evidence evidence = {.thread = simulation->thread,
						  .slice = slice,
						  .state = STATE_INTERRUPTIBLE,
						  .syscall = SYS_futex,
						  .class = class_of(ns),
						  .stack = simulation->stacks[kind],
						  .futex_op = 30,
						  .count = slice == first,
						  .ns = part,
						  .weight = (double)part / p};

		ledger->count += slice == first;
		ledger->ns += part;
		if (drawn)
			book__evidence(simulation->book, evidence);
		simulation->truth[kind] += (double)part;
		at = end;
	}
}

static void book_run(struct simulation *simulation, double now, int64_t ns, bool user)
{
	struct store_ledger *ledger = &simulation->runs[slice_of(now) - 1];

	ledger->count++;
	ledger->ns += ns;
	if (user)
		simulation->user_truth += (double)ns;
	simulation->tick_left -= (double)ns;
	for (; simulation->tick_left <= 0; simulation->tick_left += TICK) {
		struct store_evidence tick = {.thread = simulation->thread,
					      .slice = slice_of(now),
					      .state = STATE_RUNNING,
					      .syscall = SYSCALL_NONE,
					      .stack = user ? simulation->user : simulation->kernel,
					      .futex_op = FUTEX_OP_NONE,
					      .count = 1,
					      .ns = TICK,
					      .weight = TICK};

		book__evidence(simulation->book, tick);
	}
}

static void book_cell(struct simulation *simulation, struct store_ledger *cell,
		      enum store_state state, int slice, int class)
{
	cell->thread = simulation->thread;
	cell->slice = slice + 1;
	cell->state = state;
	cell->syscall = state == STATE_RUNNING ? SYSCALL_NONE : SYS_futex;
	cell->class = class;
	if (cell->ns)
		book__ledger(simulation->book, *cell);
	cell->ns = cell->count = 0;
}

static void book_thread(struct simulation *simulation)
{
	for (int slice = 0; slice < SLICES; slice++) {
		book_cell(simulation, &simulation->runs[slice], STATE_RUNNING, slice, 0);
		for (int class = 0; class < 64; class ++)
			book_cell(simulation, &simulation->spans[slice][class], STATE_INTERRUPTIBLE,
				  slice, class);
	}
}

static void run_thread(struct simulation *simulation, int64_t tid)
{
	const struct program *program = simulation->program;
	double now = 0, end = SLICES * (double)SECOND - 1;

	simulation->thread = book__thread(simulation->book, tid);
	simulation->average = 0;
	simulation->tick_left = g_rand_double_range(simulation->random, 1, TICK);
	while (now < end) {
		int kind = choose_kind(simulation);
		const struct kind *like = &program->kinds[kind];
		int64_t run = llround(-program->run_ns *
				      log(g_rand_double_range(simulation->random, 1e-9, 1)));
		int64_t ns =
			1 + llround(like->mean_ns * exp(like->spread * normal(simulation->random)));
		double p = fmin(fmax(simulation->average / PERIOD, FLOOR), 1);

		if (now + (double)run >= end)
			break;
		book_run(simulation, now, run, g_rand_double(simulation->random) < 0.3);
		now += (double)run;
		if (now + (double)ns >= end)
			ns = llround(end - now);
		if (ns <= 0)
			break;
		book_span(simulation, now, ns, kind, simulation->average > 0 ? p : 1);
		simulation->average =
			simulation->average > 0
				? simulation->average + ((double)ns - simulation->average) / 8
				: (double)ns;
		now += (double)ns;
	}
	book_thread(simulation);
}

static void judge(struct outcome *outcome, const struct figure *figure, double truth)
{
	double error = truth > 0 ? (figure->ns - truth) / truth : 0;

	outcome->covered += figure->low <= truth && truth <= figure->high;
	outcome->error += error;
	outcome->squares += error * error;
}

static void judge_stacks(const struct simulation *simulation, const struct analysis *analysis,
			 struct outcome *outcomes)
{
	struct figure figure;

	for (int kind = 0; kind < KINDS; kind++) {
		figure = sum_of_pieces(analysis, simulation->stacks[kind], NULL);
		judge(&outcomes[kind], &figure, simulation->truth[kind]);
	}
	/* Of what a thread did in all nothing is left to chance. */
	figure = sum_of_pieces(analysis, 0, NULL);
	assert_near(figure.ns, analysis->accounted_ns);
	assert_true(figure.low == figure.high && figure.basis == BASIS_EXACT);
	figure = sum_of_pieces(analysis, simulation->user, NULL);
	judge(&outcomes[KINDS], &figure, simulation->user_truth);
}

static void simulate(const struct program *program, unsigned seed, struct outcome *outcomes,
		     struct outcome *stack_outcomes)
{
	struct simulation simulation = {.program = program,
					.book = book__open(SLICES),
					.random = g_rand_new_with_seed(seed)};
	struct analysis *analysis;

	for (int kind = 0; kind < KINDS; kind++)
		simulation.stacks[kind] = book__stack(simulation.book, program->kinds[kind].stack);
	simulation.user = book__stack(simulation.book, "main;work");
	simulation.kernel = book__stack(simulation.book, "main|do_syscall_64;__x64_sys_futex");
	for (int thread = 0; thread < program->threads; thread++)
		run_thread(&simulation, thread + 1);
	analysis = book__analyze(simulation.book);
	for (int kind = 0; kind < KINDS; kind++)
		judge(&outcomes[kind], &cause_of(analysis, program->kinds[kind].cause)->time,
		      simulation.truth[kind]);
	judge(&outcomes[KINDS], &cause_of(analysis, "cpu/user")->time, simulation.user_truth);
	judge_stacks(&simulation, analysis, stack_outcomes);
	analysis__free(analysis);
	book__free(simulation.book);
	g_rand_free(simulation.random);
}

static void check_program(void **state)
{
	const struct program *program = *state;
	struct outcome outcomes[KINDS + 1] = {0}, of_stacks[KINDS + 1] = {0};

	for (unsigned seed = 1; seed <= RUNS; seed++)
		simulate(program, seed, outcomes, of_stacks);
	for (int i = 0; i <= KINDS; i++) {
		double bias = outcomes[i].error / RUNS;
		double deviation = sqrt(outcomes[i].squares / RUNS);

		print_message("%s, %s: covered %d of %d (by stacks %d), bias %+.4f, deviation "
			      "%.4f\n",
			      program->name, i < KINDS ? program->kinds[i].cause : "cpu/user",
			      outcomes[i].covered, RUNS, of_stacks[i].covered, bias, deviation);
		assert_true(outcomes[i].covered >= COVERED_MIN);
		assert_true(of_stacks[i].covered >= COVERED_MIN);
		assert_true(fabs(bias) <= 4 * deviation / sqrt(RUNS) + program->bias_max);
	}
}

int main(void)
{
	struct CMUnitTest tests[G_N_ELEMENTS(programs)];

	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++)
		tests[i] = (struct CMUnitTest){.name = programs[i].name,
					       .test_func = check_program,
					       .initial_state = (void *)&programs[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
