// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probes.h"

#include "collector/lock_paths.h"
#include "collector/probe_attempt.h"
#include "collector/probe_link.h"
#include "collector/probe_points.h"
#include "collector/probe_programs.h"
#include "collector/tracefs.h"

#include "bpf/wallflame.skel.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct probes {
	GPtrArray *links;
	bool lock_paths;
};

/* While attaching. */
struct job {
	const struct probes_config *config;
	struct probe_desk desk;
};

static void free_link(gpointer link)
{
	probe_link__free(link);
}

void probes__free(struct probes *probes)
{
	if (!probes)
		return;
	g_ptr_array_free(probes->links, TRUE);
	g_free(probes);
}

/* While one system call is traced, all of them leave the kernel's quick path, in every process of
 * the machine: 60 to 70 ns each, measured, which is 15 % of a read(2) of 64 bytes. So they are not
 * taken unasked. */
static char *take_syscalls(const struct job *job, enum wf_probe probe)
{
	if (job->config->choice != BACKEND_CHOICE_TRACEPOINT)
		return g_strdup("would slow every system call of the machine, so only "
				"--backend tracepoint takes it");
	return probe_attempt__events(&job->desk, probe);
}

static char *take_pages(const struct job *job, enum wf_probe probe)
{
	return probe_attempt__events(&job->desk, probe);
}

static char *take_waits(const struct job *job, enum wf_probe probe)
{
	const char *place = probe_points__get(probe)->tracepoints[0];
	const char *error = job->config->has_contention ? NULL : "not in this kernel";

	probe_set__tried(job->desk.set, probe, BACKEND_TRACEPOINT, place, error);
	if (error)
		return g_strdup("none on waits for locks (Linux 5.19)");
	job->config->main->data_shared->inode_waits = 1;
	return NULL;
}

static char *take_nothing(const struct job *job, enum wf_probe probe)
{
	(void)job;
	(void)probe;
	return g_strdup("none tells of it");
}

static const struct {
	char *(*take)(const struct job *job, enum wf_probe probe);
	enum store_counts counts;
} tracings[] = {
	[TRACED_NOT] = {take_nothing, COUNTS_NOTHING},
	[TRACED_SYSCALLS] = {take_syscalls, COUNTS_CALLS},
	[TRACED_WAITS] = {take_waits, COUNTS_WAITS},
	[TRACED_PAGES] = {take_pages, COUNTS_PAGES},
};

/* Returns why it was not taken, malloc'ed, or NULL. */
static char *take(const struct job *job, enum wf_probe probe, const struct backend_step *step)
{
	const char *refused = probe_backends__refused(job->desk.backends, step->backend);

	if (refused)
		return g_strdup(refused);
	if (step->backend == BACKEND_TRACEPOINT)
		return tracings[probe_points__get(probe)->tracing].take(job, probe);
	return probe_attempt__functions(&job->desk, probe, step->backend, !step->without_parts);
}

static void take_point(const struct job *job, enum wf_probe probe)
{
	const struct backend_step *step = probe_backends__steps(job->config->choice);
	struct probe_status status = {.backend = BACKEND_EVIDENCE, .counts = COUNTS_NOTHING};
	GString *note = g_string_new(NULL);

	for (; step->backend != BACKEND_EVIDENCE; step++) {
		char *failure = take(job, probe, step);

		if (!failure) {
			status.backend = step->backend;
			status.counts = COUNTS_CALLS;
			if (step->backend == BACKEND_TRACEPOINT)
				status.counts = tracings[probe_points__get(probe)->tracing].counts;
			break;
		}
		if (!step->without_parts)
			probe_backends__append_note(note, step->backend, failure);
		g_free(failure);
	}
	status.note = note->len ? note->str : NULL;
	probe_set__take(job->desk.set, probe, &status);
	g_string_free(note, TRUE);
}

/* Whether any backend is left that hooks functions: they need not be looked for otherwise. */
static bool hooks_functions(const struct job *job)
{
	const struct backend_step *step = probe_backends__steps(job->config->choice);

	for (; step->backend != BACKEND_EVIDENCE; step++)
		if (step->backend != BACKEND_TRACEPOINT &&
		    !probe_backends__refused(job->desk.backends, step->backend))
			return true;
	return false;
}

static void name_missing(const struct job *job, enum wf_probe probe)
{
	const struct probe_function *function = probe_points__get(probe)->functions;
	enum store_backend backend = probe_backends__steps(job->config->choice)->backend;

	for (; *function->names; function++)
		if (!probe_places__name_of(job->desk.places, function))
			probe_set__tried(job->desk.set, probe, backend, function->names[0],
					 "not in this kernel (inlined or another name)");
}

/* Only by fentry: bpf/probe.bpf.c. */
static void hook_lock_path(struct probes *probes, const struct job *job,
			   const struct lock_path *path, const struct probe_place *place)
{
	struct probe_hook hook = {
		.backend = BACKEND_FENTRY,
		.place = place->symbol,
		.is_lock_path = true,
		.lock_flags = path->flags,
	};
	struct probe_link *link;

	if (probe_backends__refused(job->desk.backends, BACKEND_FENTRY) ||
	    probe_link__attach(&link, &hook, job->desk.programs))
		return;
	g_ptr_array_add(probes->links, link);
	probes->lock_paths = true;
}

static void hook_lock_paths(struct probes *probes, const struct job *job)
{
	const struct probe_place *place;
	size_t count;
	const struct lock_path *paths = lock_paths__all(&count);

	for (size_t p = 0; p < count; p++)
		for (size_t i = 0;
		     (place = probe_places__get(job->desk.places, paths[p].function, i)); i++)
			hook_lock_path(probes, job, &paths[p], place);
}

/* An error when one backend was chosen and reaches nothing. */
static int check_choice(const struct job *job, char **error)
{
	bool any = job->config->choice == BACKEND_CHOICE_AUTO;
	GString *reasons = g_string_new(NULL);

	for (int probe = 0; probe < WF_PROBES; probe++) {
		const struct probe_status *status =
			probe_set__status(job->desk.set, (enum wf_probe)probe);

		any |= status->backend != BACKEND_EVIDENCE;
		if (status->note && !strstr(reasons->str, status->note))
			g_string_append_printf(reasons, "%s%s", reasons->len ? "; " : "",
					       status->note);
	}
	if (!any)
		*error = g_strdup_printf("no probe point can be reached this way: %s; "
					 "--backend auto takes what there is, "
					 "and `wallflame doctor` tells what that is",
					 reasons->str);
	g_string_free(reasons, TRUE);
	return any ? 0 : -EOPNOTSUPP;
}

static int attach_all(struct probes *probes, const struct job *job, char **error)
{
	for (int probe = 0; probe < WF_PROBES; probe++) {
		if (job->desk.places)
			name_missing(job, (enum wf_probe)probe);
		take_point(job, (enum wf_probe)probe);
	}
	if (!job->config->has_contention && job->desk.places)
		hook_lock_paths(probes, job);
	return check_choice(job, error);
}

int probes__attach(struct probes **out, const struct probes_config *config, struct probe_set *set,
		   char **error)
{
	struct probes *probes = g_new0(struct probes, 1);
	struct probe_places *places = NULL;
	struct tracefs *tracefs = NULL;
	char *no_tracefs = NULL;
	int status = 0;

	probes->links = g_ptr_array_new_with_free_func(free_link);
	tracefs__open(&tracefs, &no_tracefs);
	struct job job = {
		.config = config,
		.desk = {.programs = probe_programs__new(config->main, config->kernel),
			 .set = set,
			 .backends = probe_backends__new(config->kernel),
			 .tracefs = tracefs,
			 .no_tracefs = no_tracefs,
			 .links = probes->links},
	};

	if (hooks_functions(&job))
		status = probe_places__load(&places);
	job.desk.places = places;
	if (status)
		*error = g_strdup_printf("/proc/kallsyms: %s", g_strerror(-status));
	else
		status = attach_all(probes, &job, error);
	probe_places__free(places);
	probe_backends__free(job.desk.backends);
	probe_programs__free(job.desk.programs);
	tracefs__close(tracefs);
	g_free(no_tracefs);
	if (status) {
		probes__free(probes);
		return status;
	}
	*out = probes;
	return 0;
}

bool probes__has_lock_paths(const struct probes *probes)
{
	return probes && probes->lock_paths;
}

uint64_t probes__missed(const struct probes *probes)
{
	uint64_t missed = 0;

	for (guint i = 0; probes && i < probes->links->len; i++)
		missed += probe_link__missed(g_ptr_array_index(probes->links, i));
	return missed;
}

void probes__add_runs(const struct probes *probes, struct engine_run_stats *stats)
{
	for (guint i = 0; probes && i < probes->links->len; i++)
		probe_link__add_runs(g_ptr_array_index(probes->links, i), stats);
}
