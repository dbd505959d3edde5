// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/condition.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/causes.h"
#include "analyzer/private.h"

#define CAUSE_PREFIX "cause:"
/* The collector reports spans one by one from this length on: docs/capture-format.md, `span`. */
#define LONG_SPAN_NS 10e6
#define DAY_NS 86400e9
#define DIGITS_MAX 12
#define SHOWN_MAX 60 /* of a text from outside, in an error */

struct condition {
	char *text;
	char *word;
	const struct condition_kind *kind;
	const char *name; /* of the cause, group or point; inside `text_name` */
	char *text_name;
	bool is_share; /* of the thread time, else in ns */
	double threshold;
};

struct condition_kind {
	/* Whether the name before the '>' is one of this kind; *name is what is left of it. */
	bool (*takes)(const char *text, const char **name);
	bool (*is_known)(const char *name);
	void (*list)(GString *out);
	const char *what; /* for errors */
	bool takes_share;
	double least_ns;
	bool (*holds)(const struct condition *condition, const struct analysis *analysis,
		      char **finding);
};

static bool is_runqueue(const char *text, const char **name)
{
	*name = text;
	return !strcmp(text, "runqueue");
}

static bool is_cause(const char *text, const char **name)
{
	*name = text + strlen(CAUSE_PREFIX);
	return g_str_has_prefix(text, CAUSE_PREFIX);
}

static bool is_point(const char *text, const char **name)
{
	*name = text;
	return true;
}

static bool is_always_known(const char *name)
{
	(void)name;
	return true;
}

static bool has_cause(enum cause cause, const char *name)
{
	return !strcmp(cause__path(cause), name) || cause__in_group(cause, name);
}

static bool is_known_cause(const char *name)
{
	for (int cause = 0; cause < CAUSE_COUNT; cause++)
		if (has_cause((enum cause)cause, name))
			return true;
	return false;
}

static bool is_known_point(const char *name)
{
	for (size_t i = 0; functions__name(i); i++)
		if (!strcmp(functions__name(i), name))
			return true;
	return false;
}

static void list_nothing(GString *out)
{
	(void)out;
}

/* Each group once, before its leaves. */
static void list_causes(GString *out)
{
	const char *last = "";
	size_t last_length = 0;

	for (int cause = 0; cause < CAUSE_COUNT; cause++) {
		const char *path = cause__path((enum cause)cause);
		size_t length = strcspn(path, "/");

		if (path[length] && (length != last_length || strncmp(path, last, length) != 0))
			g_string_append_printf(out, ", %.*s", (int)length, path);
		g_string_append_printf(out, ", %s", path);
		last = path;
		last_length = length;
	}
}

static void list_points(GString *out)
{
	g_string_append(out, ", runqueue, " CAUSE_PREFIX "NAME");
	for (size_t i = 0; functions__name(i); i++)
		g_string_append_printf(out, ", %s", functions__name(i));
}

static double wait_of(const struct span_row *span)
{
	return (double)(span->state == STATE_PREEMPTED ? span->end_ns - span->start_ns
						       : span->runqueue_ns);
}

static double since_t0(const struct analysis *analysis, int64_t ns)
{
	return (double)(ns - analysis->capture.t0_ns) / 1e9;
}

static bool runqueue_holds(const struct condition *condition, const struct analysis *analysis,
			   char **finding)
{
	const struct span_row *longest = NULL;

	for (size_t i = 0; i < analysis->span_count; i++)
		if (!longest || wait_of(&analysis->spans[i]) > wait_of(longest))
			longest = &analysis->spans[i];
	if (!longest || !(wait_of(longest) > condition->threshold))
		return false;
	*finding = g_strdup_printf("thread %" PRId64 " waited %.1f ms for a CPU, until %.3f s",
				   analysis->threads[longest->thread].tid, wait_of(longest) / 1e6,
				   since_t0(analysis, longest->end_ns));
	return true;
}

/* What is much shorter than the others says little; a capture may have nothing else. */
static bool is_judged(const struct analysis *analysis, size_t slice)
{
	const struct slice_row *row = &analysis->slices[slice];

	return analysis->slice_count == 1 ||
	       2 * (row->end_ns - row->start_ns) >= analysis->capture.slice_ns;
}

static double time_of(const struct slice_row *slice)
{
	double ns = 0;

	for (int state = 0; state < STATE_COUNT; state++)
		ns += slice->states.ns[state];
	return ns;
}

static void tell_cause(const struct condition *condition, const struct analysis *analysis,
		       size_t slice, double most, char **finding)
{
	const struct slice_row *row = &analysis->slices[slice];
	char amount[48];

	if (condition->is_share)
		g_snprintf(amount, sizeof(amount), "%.1f %% of all thread time", most * 100);
	else
		g_snprintf(amount, sizeof(amount), "%.4g ms of thread time", most / 1e6);
	*finding = g_strdup_printf("%s took %s from %.2f to %.2f s", condition->name, amount,
				   since_t0(analysis, row->start_ns),
				   since_t0(analysis, row->end_ns));
}

static bool cause_holds(const struct condition *condition, const struct analysis *analysis,
			char **finding)
{
	double *times = g_new0(double, analysis->slice_count + 1), most = -1;
	size_t where = 0;

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (has_cause((enum cause)piece->cause, condition->name))
			times[piece->slice] += piece->ns;
	}
	for (size_t i = 0; i < analysis->slice_count; i++) {
		double whole = time_of(&analysis->slices[i]), amount = times[i];

		if (!is_judged(analysis, i) || whole <= 0)
			continue;
		if (condition->is_share)
			amount /= whole;
		if (amount > most) {
			most = amount;
			where = i;
		}
	}
	g_free(times);
	if (!(most > condition->threshold))
		return false;
	tell_cause(condition, analysis, where, most, finding);
	return true;
}

static bool point_holds(const struct condition *condition, const struct analysis *analysis,
			char **finding)
{
	for (size_t i = 0; i < analysis->function_count; i++) {
		const struct function_row *row = &analysis->functions[i];

		if (strcmp(row->name, condition->name) != 0 || !row->latency.timed ||
		    !(row->latency.max_ns > condition->threshold))
			continue;
		*finding = g_strdup_printf("a call of %s took %.4g ms", row->name,
					   row->latency.max_ns / 1e6);
		return true;
	}
	return false;
}

/* The first that takes a name has it. */
static const struct condition_kind kinds[] = {
	{
		.takes = is_runqueue,
		.is_known = is_always_known,
		.list = list_nothing,
		.what = "run queue",
		.least_ns = LONG_SPAN_NS,
		.holds = runqueue_holds,
	},
	{
		.takes = is_cause,
		.is_known = is_known_cause,
		.list = list_causes,
		.what = "cause",
		.takes_share = true,
		.holds = cause_holds,
	},
	{
		.takes = is_point,
		.is_known = is_known_point,
		.list = list_points,
		.what = "condition",
		.holds = point_holds,
	},
};

static int refuse(char **error, char *text)
{
	*error = text;
	return -EINVAL;
}

/* Digits, perhaps a dot and digits: the length of them; 0 when it is something else. */
static size_t number_length(const char *text)
{
	size_t whole = strspn(text, "0123456789"), part = 0;

	if (whole && text[whole] == '.') {
		part = strspn(text + whole + 1, "0123456789");
		if (!part)
			return 0;
		part++;
	}
	return whole + part > DIGITS_MAX ? 0 : whole + part;
}

static const struct unit {
	const char *name;
	double factor;
	bool is_share;
} units[] = {
	{"%", 0.01, true}, {"us", 1e3, false}, {"ms", 1e6, false},
	{"s", 1e9, false}, {"m", 60e9, false},
};

static bool parse_amount(struct condition *condition, const char *text)
{
	size_t length = number_length(text);

	for (size_t i = 0; length && i < G_N_ELEMENTS(units); i++) {
		if (strcmp(text + length, units[i].name) != 0)
			continue;
		condition->is_share = units[i].is_share;
		condition->threshold = g_ascii_strtod(text, NULL) * units[i].factor;
		return true;
	}
	return false;
}

static int parse_threshold(struct condition *condition, const char *text, char **error)
{
	const struct condition_kind *kind = condition->kind;
	bool sound = parse_amount(condition, text);

	if (!sound || (condition->is_share && !kind->takes_share))
		return refuse(error,
			      g_strdup_printf("%s> wants %sa length as 20ms or 1.5s, not '%.*s'",
					      condition->text_name,
					      kind->takes_share ? "a share as 30%, or " : "",
					      SHOWN_MAX, text));
	if (condition->is_share && condition->threshold >= 1)
		return refuse(error, g_strdup_printf("%s>%.*s: nothing has more than 100%%",
						     condition->text_name, SHOWN_MAX, text));
	if (!condition->is_share && condition->threshold < kind->least_ns)
		return refuse(error,
			      g_strdup_printf("%s> wants %.0fms or more: shorter ones are not "
					      "recorded one by one",
					      condition->text_name, kind->least_ns / 1e6));
	if (!condition->is_share && condition->threshold > DAY_NS)
		return refuse(error, g_strdup_printf("%s>%.*s: that is more than a day",
						     condition->text_name, SHOWN_MAX, text));
	return 0;
}

static int parse_name(struct condition *condition, char **error)
{
	GString *list;

	for (condition->kind = kinds;
	     !condition->kind->takes(condition->text_name, &condition->name);)
		condition->kind++;
	if (condition->kind->is_known(condition->name))
		return 0;
	list = g_string_new(NULL);
	condition->kind->list(list);
	*error = g_strdup_printf("there is no %s '%.*s'; there are%s", condition->kind->what,
				 SHOWN_MAX, condition->name, list->str + 1);
	g_string_free(list, TRUE);
	return -EINVAL;
}

int condition__parse(struct condition **out, const char *text, char **error)
{
	const char *sign = strchr(text, '>');
	struct condition *condition;
	int status;

	*out = NULL;
	if (!sign)
		return refuse(error,
			      g_strdup_printf("wants a condition as runqueue>20ms, cause:lock>30%% "
					      "or openat>100ms, not '%.*s'",
					      SHOWN_MAX, text));
	condition = g_new0(struct condition, 1);
	condition->text = g_strdup(text);
	condition->text_name = g_strndup(text, (gsize)(sign - text));
	status = parse_name(condition, error);
	if (!status)
		status = parse_threshold(condition, sign + 1, error);
	if (status) {
		condition__free(condition);
		return status;
	}
	condition->word = g_strdelimit(g_strdup(condition->name), "/", '-');
	*out = condition;
	return 0;
}

void condition__free(struct condition *condition)
{
	if (!condition)
		return;
	g_free(condition->text);
	g_free(condition->text_name);
	g_free(condition->word);
	g_free(condition);
}

const char *condition__text(const struct condition *condition)
{
	return condition->text;
}

const char *condition__word(const struct condition *condition)
{
	return condition->word;
}

bool condition__holds(const struct condition *condition, const struct analysis *analysis,
		      char **finding)
{
	*finding = NULL;
	return condition->kind->holds(condition, analysis, finding);
}
