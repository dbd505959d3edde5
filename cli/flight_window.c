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

static void add_finding(FILE *text, const char **word, const struct condition *condition,
			const char *finding)
{
	fprintf(text, "%s%s: %s", **word ? "; " : "", condition__text(condition), finding);
	if (!**word)
		*word = condition__word(condition);
}

static int judge(const struct flight_plan *plan, const char *path, FILE *text, const char **word)
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
			add_finding(text, word, plan->conditions[i], finding);
		free(finding);
	}
	analysis__free(analysis);
	return EXIT_SUCCESS;
}

static int send_result(struct relay *relay, const struct flight_plan *plan, const char *path)
{
	struct relay_message message = {.type = RELAY_RESULT};
	const char *word = "";
	char *bytes = NULL;
	size_t size = 0;
	FILE *text = open_memstream(&bytes, &size);
	int status = EXIT_FAILURE;

	if (text) {
		status = judge(plan, path, text, &word);
		fprintf(text, "%c%s%c", '\0', word, '\0');
	}
	if (!text || fclose(text)) {
		free(bytes);
		return say_failure("record: %s: %s", path, strerror(errno));
	}
	message.size = size;
	/* Without those who started this process the file is whole all the same. */
	relay__send(relay, &message, bytes);
	free(bytes);
	return status;
}

int flight_window__record(const struct collector_options *options, const struct flight_plan *plan)
{
	struct progress progress = {.shown = !plan->quiet && isatty(STDERR_FILENO)};
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
	status = send_result(options->relay, plan, result.path);
	free(result.path);
	free(result.engine);
	free(result.why);
	free(result.points);
	return status;
}
