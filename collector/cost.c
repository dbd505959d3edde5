// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/cost.h"

#include <math.h>
#include <stddef.h>
#include <sys/resource.h>
#include <time.h>

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
	struct rusage usage = {0};

	getrusage(RUSAGE_SELF, &usage);
	const struct {
		const char *name;
		int64_t value;
		const char *unit;
	} costs[] = {
		{"collector-cpu-in-window", cost->window_cpu_ns, "ns"},
		{"collector-cpu", cost__cpu_now() + cost->reader_cpu_ns, "ns"},
		{"elf-reader-cpu", cost->reader_cpu_ns, "ns"},
		{"collector-peak-memory", usage.ru_maxrss * 1024, "bytes"},
		{"bpf-measured", cost->bpf_measured_ns, "ns"},
		{"bpf-runs-in-measured", (int64_t)cost->bpf.runs, "runs"},
		{"bpf-time-in-measured", (int64_t)cost->bpf.ns, "ns"},
		{"bpf-time-estimated", cost->bpf_ns, "ns"},
		{"ledger-kept", cost->ledger_ns, "ns"},
		{"budget", llround(cost->budget_share * 1e6), "ppm"},
		{"taken", llround(cost__share(cost, window_ns) * 1e6), "ppm"},
		{"budget-asked-for", cost->budget_asked_for, "flag"},
		{"budget-exhausted", cost->over_budget, "flag"},
		{"ring-records", cost->records, "records"},
		{"file-size", store_writer__bytes(writer), "bytes"},
		{"oracle-skew", cost->oracle_skew_ns, "ns"},
		{"io-skew", cost->io_skew_ns, "ns"},
	};

	for (size_t i = 0; i < sizeof(costs) / sizeof(costs[0]); i++) {
		int status =
			store_writer__cost(writer, costs[i].name, costs[i].value, costs[i].unit);

		if (status)
			return status;
	}
	return 0;
}
