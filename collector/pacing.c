// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/pacing.h"

#include "collector/budget.h"

#include <glib.h>
#include <math.h>
#include <unistd.h>

#define PERIOD_NS 500000000LL
/* The first part of the window with the kernel's statistics on: where there is no hurry it is
 * longer, for it is what is told of the programs' cost when nothing is ever changed. */
#define FIRST_STATS_NS 200000000LL
#define FIRST_STATS_IN_A_HURRY_NS 50000000LL
#define STATS_NS 20000000LL
/* A bounded ledger's cost is not the same all the time. */
#define BOUNDED_STATS_NS 100000000LL
#define BOUNDED_WEIGHT 0.4 /* of the last measurement of it, among those before */

#define MILLION 1e6

static const char at_first[] = "as asked for";

struct pacing {
	struct pacing_config config;
	struct clock *clock;
	struct store_writer *writer;
	int64_t cpus;
	struct budget budget;
	struct pace most; /* as asked for */
	struct pace now;
	int64_t written[PACE_KINDS];
	bool steers_clock;
	int64_t exhausted;
	bool has_bounded;
	/* Measuring: the statistics are on from `on_ns` (0: off) and are looked at at due_ns. */
	bool has_stats; /* the kernel gives them */
	int64_t on_ns;
	int64_t due_ns;
	double bpf_share; /* of all CPUs, as measured last */
	double cost; /* the whole of it, likewise; NAN: not yet */
	struct pacing_time since; /* of the last decision */
	/* Of the whole window. */
	int64_t measured_ns;
	struct engine_run_stats measured;
	double bpf_ns; /* what the programs took, as far as it was measured or stands for it */
	double ledger_ns; /* for how long the ledger was kept */
};

static void apply(struct pacing *pacing)
{
	struct pace next = budget__pace(&pacing->budget, &pacing->most);
	struct engine_pace engine = {
		.stack_period_ns = next.stack_period_ns,
		.slowdown = next.stack_period_ns / pacing->most.stack_period_ns,
		.copy_bytes = (uint32_t)next.copy_bytes,
		.ledger = next.ledger,
	};

	if (pacing->clock && pacing->steers_clock && next.hz != pacing->now.hz)
		pacing->steers_clock = !clock__set_hz(pacing->clock, (int)next.hz);
	if (!pacing->steers_clock)
		next.hz = pacing->now.hz;
	engine__set_pace(pacing->config.engine, &engine);
	pacing->now = next;
	pacing->has_bounded |= next.ledger < 1;
}

struct pacing *pacing__new(const struct pacing_config *config)
{
	struct pacing *pacing = g_new0(struct pacing, 1);

	pacing->config = *config;
	pacing->cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pacing->budget = budget__begin(config->share,
				       config->asked_for && engine__bounds_ledger(config->engine));
	pacing->steers_clock = !config->keeps_hz;
	pacing->most = (struct pace){
		.stack_period_ns = 1, .hz = config->hz, .copy_bytes = WF_COPY_BYTES, .ledger = 1};
	pacing->now = pacing->most;
	pacing->cost = NAN;
	return pacing;
}

void pacing__free(struct pacing *pacing)
{
	g_free(pacing);
}

int64_t pacing__stack_period_ns(const struct pacing *pacing)
{
	return pacing->now.stack_period_ns;
}

bool pacing__has_bounded(const struct pacing *pacing)
{
	return pacing->has_bounded;
}

static int write_row(struct pacing *pacing, enum store_pace_kind what, int64_t now_ns,
		     const char *why)
{
	const int64_t values[PACE_KINDS] = {
		[PACE_STACK_PERIOD] = pacing->now.stack_period_ns,
		[PACE_CPU_CLOCK] = pacing->now.hz,
		[PACE_STACK_COPY] = pacing->now.copy_bytes,
		[PACE_LEDGER] = llround(pacing->now.ledger * MILLION),
	};
	const struct store_pace row = {
		.time_ns = now_ns,
		.what = what,
		.value = values[what],
		.cost = isnan(pacing->cost) ? -1 : llround(pacing->cost * MILLION),
		.why = why,
	};

	if (row.value == pacing->written[what])
		return 0;
	pacing->written[what] = row.value;
	return store_writer__pace(pacing->writer, &row);
}

/* What is not as it was written last. */
static int write_changes(struct pacing *pacing, int64_t now_ns, const char *why)
{
	int status = 0;

	for (int what = 0; !status && what < PACE_KINDS; what++)
		status = write_row(pacing, (enum store_pace_kind)what, now_ns, why);
	return status;
}

int pacing__ask_stack_period(struct pacing *pacing, int64_t period_ns, int64_t now_ns)
{
	pacing->most.stack_period_ns = period_ns;
	apply(pacing);
	return pacing->writer ? write_changes(pacing, now_ns, "the number of threads") : 0;
}

/* Where the statistics are refused, the cost shows no measured time. */
static void start_stats(struct pacing *pacing, int64_t now_ns, int64_t length_ns)
{
	pacing->has_stats = !engine__start_stats(pacing->config.engine);
	pacing->on_ns = pacing->has_stats ? now_ns : 0;
	pacing->due_ns = now_ns + length_ns;
}

static void stop_stats(struct pacing *pacing, int64_t now_ns)
{
	struct engine_run_stats stats;
	int64_t length_ns = now_ns - pacing->on_ns;
	double share;

	if (!pacing->on_ns)
		return;
	pacing->on_ns = 0;
	stats = engine__stop_stats(pacing->config.engine);
	pacing->measured.runs += stats.runs;
	pacing->measured.ns += stats.ns;
	pacing->measured_ns += length_ns;
	if (length_ns <= 0)
		return;
	share = (double)stats.ns / (double)(length_ns * pacing->cpus);
	if (pacing->now.ledger < 1 && pacing->bpf_share > 0)
		share = BOUNDED_WEIGHT * share + (1 - BOUNDED_WEIGHT) * pacing->bpf_share;
	pacing->bpf_share = share;
}

/* Takes stock of the time since it was done last. */
static double cost_since(struct pacing *pacing, const struct pacing_time *time)
{
	double passed_ns = (double)(time->now_ns - pacing->since.now_ns);
	double spent_ns = (double)(time->cpu_ns - pacing->since.cpu_ns);

	if (pacing->config.asked_for)
		spent_ns += (double)(time->reader_cpu_ns - pacing->since.reader_cpu_ns);
	pacing->since = *time;
	if (passed_ns <= 0)
		return 0;
	pacing->bpf_ns += pacing->bpf_share * passed_ns * (double)pacing->cpus;
	pacing->ledger_ns += pacing->now.ledger * passed_ns;
	return pacing->bpf_share + spent_ns / (passed_ns * (double)pacing->cpus);
}

int pacing__begin(struct pacing *pacing, struct clock *clock, struct store_writer *writer,
		  int64_t t0_ns, const struct pacing_time *time)
{
	pacing->clock = clock;
	pacing->writer = writer;
	pacing->since = *time;
	start_stats(pacing, time->now_ns,
		    pacing->config.asked_for ? FIRST_STATS_IN_A_HURRY_NS : FIRST_STATS_NS);
	return write_changes(pacing, t0_ns, at_first);
}

int64_t pacing__due_ns(const struct pacing *pacing)
{
	return pacing->due_ns;
}

static const char *const reasons[] = {
	[BUDGET_OVER] = "over the budget",
	[BUDGET_UNDER] = "well under the budget",
};

static int decide(struct pacing *pacing, const struct pacing_time *time)
{
	double seconds = (double)(time->now_ns - pacing->since.now_ns) / 1e9;
	double before = pacing->now.ledger;
	enum budget_verdict verdict;

	pacing->cost = cost_since(pacing, time);
	verdict = budget__measured(&pacing->budget, pacing->cost, seconds);
	if (verdict == BUDGET_EXHAUSTED)
		pacing->exhausted++;
	if (verdict != BUDGET_OVER && verdict != BUDGET_UNDER)
		return 0;
	apply(pacing);
	/* What the programs take goes with the time in which they do it. */
	if (pacing->now.ledger < before)
		pacing->bpf_share *= pacing->now.ledger / before;
	return write_changes(pacing, time->now_ns, reasons[verdict]);
}

int pacing__tick(struct pacing *pacing, const struct pacing_time *time)
{
	bool bounded = pacing->now.ledger < 1;

	if (time->now_ns < pacing->due_ns)
		return 0;
	if (!pacing->on_ns && pacing->has_stats) {
		start_stats(pacing, time->now_ns, bounded ? BOUNDED_STATS_NS : STATS_NS);
		return 0;
	}
	stop_stats(pacing, time->now_ns);
	pacing->due_ns = time->now_ns + PERIOD_NS;
	return decide(pacing, time);
}

void pacing__end(struct pacing *pacing, const struct pacing_time *time, struct cost *cost)
{
	stop_stats(pacing, time->now_ns);
	cost_since(pacing, time);
	cost->bpf = pacing->measured;
	cost->bpf_measured_ns = pacing->measured_ns;
	cost->bpf_ns = llround(pacing->bpf_ns);
	cost->ledger_ns = pacing->has_bounded ? llround(pacing->ledger_ns) : 0;
	cost->budget_share = pacing->config.share;
	cost->budget_asked_for = pacing->config.asked_for;
	cost->over_budget = pacing->exhausted;
	cost->cpus = pacing->cpus;
}
