// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/flight_window.h"

#include "analyzer/analysis.h"
#include "cli/progress.h"
#include "cli/say.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void add_finding(struct flight_verdict *verdict, const struct condition *condition,
			const char *finding)
{
	size_t used = strlen(verdict->text);

	if (!*verdict->word)
		snprintf(verdict->word, sizeof(verdict->word), "%s", condition__word(condition));
	snprintf(verdict->text + used, sizeof(verdict->text) - used, "%s%s: %s", used ? "; " : "",
		 condition__text(condition), finding);
}

static int judge(const struct flight_plan *plan, const char *path, struct flight_verdict *verdict)
{
	struct analysis *analysis;
	char *error = NULL;

	if (!plan->condition_count)
		return EXIT_SUCCESS;
	if (analysis__load(&analysis, path, &error)) {
		say_failure("record: no condition could be judged: %s", error);
		free(error);
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < plan->condition_count; i++) {
		char *finding;

		if (condition__holds(plan->conditions[i], analysis, &finding))
			add_finding(verdict, plan->conditions[i], finding);
		free(finding);
	}
	analysis__free(analysis);
	return EXIT_SUCCESS;
}

int flight_window__record(const struct collector_options *options, const struct flight_plan *plan)
{
	struct progress progress = {.shown = !plan->quiet && isatty(STDERR_FILENO)};
	struct flight_verdict verdict = {0};
	struct relay_message message = {.type = RELAY_RESULT, .size = sizeof(verdict)};
	struct collector_result result;
	char *error = NULL;
	int status = collector__run(options, progress__show, &progress, &result, &error);

	progress__clear(&progress);
	if (status == -ECANCELED && !error)
		return EXIT_SUCCESS;
	if (status) {
		say_failure("record: %s", error);
		free(error);
		return EXIT_FAILURE;
	}
	status = judge(plan, result.path, &verdict);
	free(result.path);
	free(result.engine);
	free(result.why);
	free(result.points);
	/* Without those who started it the file is whole all the same. */
	relay__send(options->relay, &message, &verdict);
	return status;
}
