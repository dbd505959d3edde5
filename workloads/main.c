// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/interrupt.h"
#include "workloads/limit.h"
#include "workloads/options.h"
#include "workloads/report.h"
#include "workloads/workload.h"

/* What was printed is worth something only if it arrived. */
static int finish_output(void)
{
	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_SUCCESS;
	fprintf(stderr, "wallflame-workload: cannot write to stdout: %s\n", strerror(errno));
	return EXIT_FAILURE;
}

static int list(void)
{
	for (const struct workload *workload = workloads; workload->name; workload++)
		printf("%-16s  %s\n", workload->name, workload->meaning);
	return finish_output();
}

static int help(void)
{
	options__help();
	return finish_output();
}

static int run_workload(const struct workload *workload, const struct workload_options *options)
{
	struct workload_run run = {.workload = workload, .options = *options};
	char *error = NULL;
	int status;

	run.interrupt_fd = interrupt__open();
	if (run.interrupt_fd < 0) {
		fprintf(stderr, "wallflame-workload: cannot watch for signals: %s\n",
			strerror(-run.interrupt_fd));
		return EXIT_FAILURE;
	}
	run.max_files = limit__take();
	if (run.max_files < 0) {
		fprintf(stderr, "wallflame-workload: cannot raise RLIMIT_NOFILE: %s\n",
			strerror((int)-run.max_files));
		return EXIT_FAILURE;
	}
	run.tally = tally__new();
	run.report = json_object_new_object();
	json_object_object_add(run.report, "workload", json_object_new_string(workload->name));
	status = workload->run(&run, &error);
	if (status)
		fprintf(stderr, "wallflame-workload: %s: %s\n", workload->name,
			error ? error : strerror(-status));
	else if (options->json)
		puts(json_object_to_json_string_ext(run.report, JSON_C_TO_STRING_PLAIN));
	else
		report__print(run.report);
	free(error);
	tally__free(run.tally);
	json_object_put(run.report);
	return status ? EXIT_FAILURE : finish_output();
}

int main(int argc, char **argv)
{
	const struct workload *workload = NULL;
	struct workload_options options;

	switch (options__parse(argc, argv, &workload, &options)) {
	case OPTIONS_LIST:
		return list();
	case OPTIONS_HELP:
		return help();
	case OPTIONS_RUN:
		return run_workload(workload, &options);
	case OPTIONS_BAD:
		break;
	}
	return 2;
}
