// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/cost.h"

#include <math.h>
#include <stddef.h>
#include <sys/resource.h>
#include <time.h>

#define MILLION 1e6

int64_t cost__cpu_now(void)
{
	struct timespec now = {0};

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

double cost__share(const struct cost *cost, int64_t window_ns)
{
	double taken = (double)(cost->window_cpu_ns + cost->bpf_ns);

	return window_ns > 0 && cost->cpus > 0 ? taken / (double)window_ns / (double)cost->cpus : 0;
}

int cost__write(const struct cost *cost, int64_t window_ns, struct store_writer *writer)
{
	const char *budget = cost->budget_asked_for ? "budget" : "default-budget";
	struct rusage usage = {0};

	getrusage(RUSAGE_SELF, &usage);
	const struct {
		const char *name;
		int64_t value;
		const char *unit;
		bool unless_zero; /* told only where there is any */
	} costs[] = {
		{"collector-cpu-in-window", cost->window_cpu_ns, "ns", false},
		{"collector-cpu", cost__cpu_now() + cost->reader_cpu_ns, "ns", false},
		{"elf-reader-cpu", cost->reader_cpu_ns, "ns", false},
		{"collector-peak-memory", usage.ru_maxrss * 1024, "bytes", false},
		{"bpf-measured", cost->bpf_measured_ns, "ns", false},
		{"bpf-runs-in-measured", (int64_t)cost->bpf.runs, "runs", false},
		{"bpf-time-in-measured", (int64_t)cost->bpf.ns, "ns", false},
		{"bpf-time-estimated", cost->bpf_ns, "ns", false},
		{budget, llround(cost->budget_share * MILLION), "ppm of all CPUs", false},
		{"taken", llround(cost__share(cost, window_ns) * MILLION), "ppm of all CPUs",
		 false},
		{"budget-exhausted", cost->over_budget, "times", true},
		{"ledger-kept", cost->ledger_ns, "ns", true},
		{"ledger-piece", cost->ledger_ns ? 1LL << WF_COVER_SHIFT : 0, "ns", true},
		{"ring-records", cost->records, "records", false},
		{"file-size", store_writer__bytes(writer), "bytes", false},
		{"oracle-skew", cost->oracle_skew_ns, "ns", false},
		{"io-skew", cost->io_skew_ns, "ns", false},
	};

	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		int status = costs[i].unless_zero && !costs[i].value
				     ? 0
				     : store_writer__cost(writer, costs[i].name, costs[i].value,
							  costs[i].unit);

		if (status)
			return status;
	}
	return 0;
}
