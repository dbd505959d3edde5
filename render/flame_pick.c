// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/flame_pick.h"

#include "render/escape.h"
#include "render/units.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

/* Shown of a text in an error or a heading: it may be a stranger's. */
#define NAME_COLUMNS 40
#define LISTED_MAX 30

#define BLOCKED                                                                          \
	(1U << STATE_INTERRUPTIBLE | 1U << STATE_UNINTERRUPTIBLE | 1U << STATE_IO_WAIT | \
	 1U << STATE_STOPPED)
#define RUNNABLE (1U << STATE_PREEMPTED | 1U << STATE_WOKEN)

static const struct {
	const char *name;
	unsigned int states;
} state_groups[] = {{"blocked", BLOCKED}, {"runnable", RUNNABLE}};

struct flame_filter {
	const struct analysis *analysis;
	struct flame_pick pick;
	bool *threads; /* by index; NULL: all */
	bool *causes; /* by index; NULL: all */
	unsigned int states; /* a bit for each */
	uint32_t first_slice, end_slice;
};

struct flame_pick flame_pick__all(void)
{
	return (struct flame_pick){.from_ns = -1, .to_ns = -1};
}

/* A list of what there is, each once, for an error. */
struct listing {
	GString *text;
	GHashTable *seen;
};

static struct listing listing__begin(const char *what, const char *wanted)
{
	struct listing listing = {g_string_new("there is no "),
				  g_hash_table_new(g_str_hash, g_str_equal)};

	g_string_append_printf(listing.text, "%s '", what);
	escape__terminal(listing.text, wanted, NAME_COLUMNS);
	g_string_append(listing.text, "' in this capture; it has");
	return listing;
}

static void listing__add(struct listing *listing, const char *name)
{
	guint count = g_hash_table_size(listing->seen);

	if (count > LISTED_MAX || !g_hash_table_add(listing->seen, (gpointer)name))
		return;
	g_string_append(listing->text, count ? ", " : " ");
	if (count == LISTED_MAX)
		g_string_append(listing->text, "...");
	else
		escape__terminal(listing->text, name, NAME_COLUMNS);
}

static char *listing__end(struct listing *listing)
{
	g_hash_table_destroy(listing->seen);
	return g_string_free(listing->text, FALSE);
}

static bool is_thread(const struct thread_row *row, const char *wanted)
{
	char *end;
	gint64 tid = g_ascii_strtoll(wanted, &end, 10);

	return strcmp(row->comm, wanted) == 0 || (*wanted && !*end && tid == row->tid);
}

static const char *process_comm(const struct analysis *analysis, const struct thread_row *row)
{
	return analysis->processes[row->process].comm;
}

static bool takes_thread(const struct flame_filter *filter, const struct thread_row *row)
{
	const struct flame_pick *pick = &filter->pick;

	return (!pick->thread || is_thread(row, pick->thread)) &&
	       (!pick->comm || !strcmp(process_comm(filter->analysis, row), pick->comm));
}

static char *choose_threads(struct flame_filter *filter)
{
	const struct flame_pick *pick = &filter->pick;
	const struct analysis *analysis = filter->analysis;
	struct listing listing;
	size_t count = 0;

	if (!pick->thread && !pick->comm)
		return NULL;
	filter->threads = g_new0(bool, analysis->thread_count);
	for (size_t i = 0; i < analysis->thread_count; i++) {
		filter->threads[i] = takes_thread(filter, &analysis->threads[i]);
		count += filter->threads[i];
	}
	if (count)
		return NULL;
	listing = listing__begin(pick->thread ? "thread" : "process",
				 pick->thread ? pick->thread : pick->comm);
	for (size_t i = 0; i < analysis->thread_count; i++)
		listing__add(&listing, pick->thread
					       ? analysis->threads[i].comm
					       : process_comm(analysis, &analysis->threads[i]));
	return listing__end(&listing);
}

static bool is_cause(const char *path, const char *wanted)
{
	size_t length = strlen(wanted);

	return !strncmp(path, wanted, length) && (!path[length] || path[length] == '/');
}

static char *choose_causes(struct flame_filter *filter)
{
	const char *wanted = filter->pick.cause;
	const struct analysis *analysis = filter->analysis;
	struct listing listing;
	size_t count = 0;

	if (!wanted)
		return NULL;
	filter->causes = g_new0(bool, analysis->cause_name_count);
	for (size_t i = 0; i < analysis->cause_name_count; i++) {
		filter->causes[i] = *wanted && is_cause(analysis->cause_names[i], wanted);
		count += filter->causes[i];
	}
	if (count)
		return NULL;
	listing = listing__begin("cause", wanted);
	for (size_t i = 0; i < analysis->cause_name_count; i++)
		listing__add(&listing, analysis->cause_names[i]);
	return listing__end(&listing);
}

static char *choose_states(struct flame_filter *filter)
{
	const char *wanted = filter->pick.state;
	struct listing listing;

	filter->states = wanted ? 0 : ~0U;
	if (!wanted)
		return NULL;
	for (size_t i = 0; i < G_N_ELEMENTS(state_groups); i++)
		if (!strcmp(state_groups[i].name, wanted))
			filter->states |= state_groups[i].states;
	for (int state = 0; state < STATE_COUNT; state++)
		if (!strcmp(state__name(state), wanted))
			filter->states |= 1U << state;
	if (filter->states)
		return NULL;
	listing = listing__begin("state", wanted);
	for (size_t i = 0; i < G_N_ELEMENTS(state_groups); i++)
		listing__add(&listing, state_groups[i].name);
	for (int state = 0; state < STATE_COUNT; state++)
		listing__add(&listing, state__name(state));
	return listing__end(&listing);
}

/* Evidence knows its slice, not its moment: of a slice that is partly wanted all is taken. */
static char *choose_slices(struct flame_filter *filter)
{
	const struct flame_pick *pick = &filter->pick;
	const struct analysis *analysis = filter->analysis;
	int64_t begin = analysis->capture.t0_ns;
	uint32_t slice = 0;

	filter->end_slice = (uint32_t)analysis->slice_count;
	if (pick->from_ns >= 0)
		while (slice < filter->end_slice &&
		       analysis->slices[slice].end_ns - begin <= pick->from_ns)
			slice++;
	filter->first_slice = slice;
	if (pick->to_ns >= 0)
		while (filter->end_slice > slice &&
		       analysis->slices[filter->end_slice - 1].start_ns - begin >= pick->to_ns)
			filter->end_slice--;
	if (filter->first_slice < filter->end_slice || (pick->from_ns < 0 && pick->to_ns < 0))
		return NULL;
	return g_strdup_printf("no time of this capture is between these: it is %s long",
			       units__duration((double)analysis->window_ns).text);
}

struct flame_filter *flame_filter__new(const struct analysis *analysis,
				       const struct flame_pick *pick, char **error)
{
	static char *(*const choose[])(struct flame_filter *) = {choose_threads, choose_causes,
								 choose_states, choose_slices};
	struct flame_filter *filter = g_new0(struct flame_filter, 1);
	char *wrong = NULL;

	filter->analysis = analysis;
	filter->pick = *pick;
	for (size_t i = 0; i < G_N_ELEMENTS(choose) && !wrong; i++)
		wrong = choose[i](filter);
	if (!wrong)
		return filter;
	*error = wrong;
	flame_filter__free(filter);
	return NULL;
}

void flame_filter__free(struct flame_filter *filter)
{
	g_free(filter->threads);
	g_free(filter->causes);
	g_free(filter);
}

bool flame_filter__looks_at(const struct flame_filter *filter, const struct piece *piece)
{
	return (!filter->threads || filter->threads[piece->thread]) &&
	       piece->slice >= filter->first_slice && piece->slice < filter->end_slice;
}

bool flame_filter__takes(const struct flame_filter *filter, const struct piece *piece)
{
	return flame_filter__looks_at(filter, piece) &&
	       (!filter->causes || filter->causes[piece->cause]) &&
	       (filter->states & 1U << piece->state);
}

static void add_words(GString *words, const char *what, const char *which)
{
	if (which)
		g_string_append_printf(words, "%s%s %s", words->len ? ", " : "", what, which);
}

char *flame_filter__words(const struct flame_filter *filter)
{
	const struct flame_pick *pick = &filter->pick;
	const struct analysis *analysis = filter->analysis;
	int64_t begin = analysis->capture.t0_ns;
	GString *words = g_string_new(NULL);

	add_words(words, "process", pick->comm);
	add_words(words, "thread", pick->thread);
	add_words(words, "cause", pick->cause);
	add_words(words, "state", pick->state);
	if (pick->from_ns >= 0 || pick->to_ns >= 0) {
		const struct slice_row *first = &analysis->slices[filter->first_slice];
		const struct slice_row *last = &analysis->slices[filter->end_slice - 1];

		g_string_append_printf(words, "%s%s to %s of the window", words->len ? ", " : "",
				       units__duration((double)(first->start_ns - begin)).text,
				       units__duration((double)(last->end_ns - begin)).text);
	}
	if (words->len)
		return g_string_free(words, FALSE);
	g_string_free(words, TRUE);
	return NULL;
}
