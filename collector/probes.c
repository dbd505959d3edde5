// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probes.h"

#include "collector/lock_paths.h"
#include "collector/probe_backends.h"
#include "collector/probe_link.h"
#include "collector/probe_places.h"
#include "collector/probe_points.h"
#include "collector/tracefs.h"

#include "bpf/wallflame.skel.h"

#include <errno.h>
#include <glib.h>

struct probes {
	const struct probes_config *config; /* while attaching */
	struct probe_set *set; /* while attaching */
	struct probe_places *places; /* while attaching */
	struct probe_backends *backends; /* while attaching */
	struct tracefs *tracefs; /* while attaching; NULL: it cannot be read */
	char *no_tracefs; /* why */
	GPtrArray *links;
	bool lock_paths;
};

static void free_link(gpointer link)
{
	probe_link__free(link);
}

void probes__free(struct probes *probes)
{
	if (!probes)
		return;
	probe_places__free(probes->places);
	probe_backends__free(probes->backends);
	tracefs__close(probes->tracefs);
	g_free(probes->no_tracefs);
	g_ptr_array_free(probes->links, TRUE);
	g_free(probes);
}

/* A try of one backend on one point: whole or not at all. */
struct attempt {
	enum wf_probe probe;
	enum store_backend backend;
	GPtrArray *links;
	GPtrArray *names; /* of the places they are on; borrowed */
	char *failure; /* why it is not whole; NULL: it is so far */
};

static struct attempt attempt__new(enum wf_probe probe, enum store_backend backend)
{
	return (struct attempt){
		.probe = probe,
		.backend = backend,
		.links = g_ptr_array_new_with_free_func(free_link),
		.names = g_ptr_array_new(),
	};
}

static void attempt__hook(struct probes *probes, struct attempt *attempt, const char *place,
			  uint64_t address)
{
	struct probe_hook hook = {
		.backend = attempt->backend,
		.place = place,
		.tracefs = probes->tracefs,
		.address = address,
		.probe = attempt->probe,
		.of_inodes = probe_points__get(attempt->probe)->of_inodes,
	};
	struct probe_link *link;
	int status;

	if (attempt->failure)
		return;
	status = probe_link__attach(&link, &hook, probes->config->main);
	if (!status) {
		g_ptr_array_add(attempt->links, link);
		g_ptr_array_add(attempt->names, (gpointer)place);
		return;
	}
	attempt->failure = probe_backends__explain(probes->backends, attempt->backend, status);
	probe_set__tried(probes->set, attempt->probe, attempt->backend, place, attempt->failure);
}

/* Keeps what it has attached, or lets it go; returns whether it was kept. */
static bool attempt__end(struct probes *probes, struct attempt *attempt)
{
	bool whole = !attempt->failure && attempt->links->len;
	const char *error = whole ? NULL : "let go again: another place could not be hooked";

	for (guint i = 0; i < attempt->names->len; i++)
		probe_set__tried(probes->set, attempt->probe, attempt->backend,
				 g_ptr_array_index(attempt->names, i), error);
	if (whole) {
		g_ptr_array_set_free_func(attempt->links, NULL);
		g_ptr_array_extend_and_steal(probes->links, attempt->links);
	} else {
		g_ptr_array_free(attempt->links, TRUE);
	}
	g_ptr_array_free(attempt->names, TRUE);
	return whole;
}

/* Each returns why it did not take the point (malloc'ed), or NULL. */
static char *take_functions(struct probes *probes, enum wf_probe probe, enum store_backend backend)
{
	const struct probe_point *point = probe_points__get(probe);
	struct attempt attempt = attempt__new(probe, backend);
	const struct probe_place *place;
	bool any = false;

	for (const struct probe_function *f = point->functions; *f->names; f++) {
		const char *name = probe_places__name_of(probes->places, f);

		for (size_t i = 0; name && (place = probe_places__get(probes->places, name, i));
		     i++) {
			attempt__hook(probes, &attempt, place->symbol, place->address);
			any = true;
		}
	}
	if (!any)
		attempt.failure = g_strdup("none of its functions is in this kernel");
	if (!attempt__end(probes, &attempt))
		return attempt.failure;
	return NULL;
}

/* Tracepoints on system calls are hit by every call of every process: they are asked for. */
static char *take_syscalls(struct probes *probes, enum wf_probe probe)
{
	const struct probe_point *point = probe_points__get(probe);
	struct attempt attempt = attempt__new(probe, BACKEND_TRACEPOINT);

	if (!probes->tracefs)
		attempt.failure = g_strdup(probes->no_tracefs);
	for (const char *const *name = point->tracepoints; *name; name++)
		attempt__hook(probes, &attempt, *name, 0);
	return attempt__end(probes, &attempt) ? NULL : attempt.failure;
}

static char *take_waits(struct probes *probes, enum wf_probe probe)
{
	const char *place = probe_points__get(probe)->tracepoints[0];

	if (!probes->config->has_contention) {
		probe_set__tried(probes->set, probe, BACKEND_TRACEPOINT, place,
				 "not in this kernel");
		return g_strdup("no tracepoints on waits for locks (Linux 5.19)");
	}
	probe_set__tried(probes->set, probe, BACKEND_TRACEPOINT, place, NULL);
	probes->config->main->data_shared->inode_waits = 1;
	return NULL;
}

static char *take_nothing(struct probes *probes, enum wf_probe probe)
{
	(void)probes;
	(void)probe;
	return g_strdup("none tells of it");
}

static const struct {
	char *(*take)(struct probes *probes, enum wf_probe probe);
	enum store_counts counts;
} tracings[] = {
	[TRACED_NOT] = {take_nothing, COUNTS_NOTHING},
	[TRACED_SYSCALLS] = {take_syscalls, COUNTS_CALLS},
	[TRACED_WAITS] = {take_waits, COUNTS_WAITS},
	[TRACED_PAGES] = {take_syscalls, COUNTS_PAGES},
};

static char *take_backend(struct probes *probes, enum wf_probe probe, enum store_backend backend)
{
	const char *refused = probe_backends__refused(probes->backends, backend);

	if (refused)
		return g_strdup(refused);
	if (backend == BACKEND_TRACEPOINT)
		return tracings[probe_points__get(probe)->tracing].take(probes, probe);
	return take_functions(probes, probe, backend);
}

static void take_point(struct probes *probes, enum wf_probe probe)
{
	const enum store_backend *backends = probe_backends__in_order(probes->config->choice);
	GString *note = g_string_new(NULL);
	struct probe_status status = {.backend = BACKEND_EVIDENCE, .counts = COUNTS_NOTHING};

	for (; *backends != BACKEND_EVIDENCE; backends++) {
		char *failure = take_backend(probes, probe, *backends);

		if (!failure) {
			status.backend = *backends;
			status.counts = COUNTS_CALLS;
			if (*backends == BACKEND_TRACEPOINT)
				status.counts = tracings[probe_points__get(probe)->tracing].counts;
			break;
		}
		probe_backends__append_note(note, *backends, failure);
		g_free(failure);
	}
	status.note = note->len ? note->str : NULL;
	probe_set__take(probes->set, probe, &status);
	g_string_free(note, TRUE);
}

static void name_missing(struct probes *probes, enum wf_probe probe)
{
	const enum store_backend *backends = probe_backends__in_order(probes->config->choice);

	if (*backends == BACKEND_TRACEPOINT)
		return;
	for (const struct probe_function *f = probe_points__get(probe)->functions; *f->names; f++)
		if (!probe_places__name_of(probes->places, f))
			probe_set__tried(probes->set, probe, *backends, f->names[0],
					 "not in this kernel (inlined or another name)");
}

static void hook_lock_path(struct probes *probes, const struct lock_path *path,
			   const struct probe_place *place)
{
	const enum store_backend *backends = probe_backends__in_order(probes->config->choice);
	struct probe_hook hook = {
		.place = place->symbol,
		.address = place->address,
		.is_lock_path = true,
		.lock_flags = path->flags,
	};

	for (; *backends != BACKEND_TRACEPOINT && *backends != BACKEND_EVIDENCE; backends++) {
		struct probe_link *link;

		/* A return probe takes a spin lock itself before Linux 5.18. */
		if (path->spins && *backends != BACKEND_FENTRY)
			continue;
		hook.backend = *backends;
		if (probe_backends__refused(probes->backends, *backends) ||
		    probe_link__attach(&link, &hook, probes->config->main))
			continue;
		g_ptr_array_add(probes->links, link);
		probes->lock_paths = true;
		return;
	}
}

static void hook_lock_paths(struct probes *probes)
{
	const struct probe_place *place;
	size_t count;
	const struct lock_path *paths = lock_paths__all(&count);

	for (size_t p = 0; p < count; p++)
		for (size_t i = 0;
		     (place = probe_places__get(probes->places, paths[p].function, i)); i++)
			hook_lock_path(probes, &paths[p], place);
}

/* An error when one backend was chosen and reaches nothing. */
static int check_choice(const struct probes *probes, char **error)
{
	GString *reasons = g_string_new(NULL);
	bool any = probes->config->choice == BACKEND_CHOICE_AUTO;

	for (int probe = 0; probe < WF_PROBES; probe++) {
		const struct probe_status *status = probe_set__status(probes->set, probe);

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

int probes__attach(struct probes **out, const struct probes_config *config, struct probe_set *set,
		   char **error)
{
	struct probes *probes = g_new0(struct probes, 1);
	int status;

	probes->config = config;
	probes->set = set;
	probes->links = g_ptr_array_new_with_free_func(free_link);
	probes->backends = probe_backends__new();
	tracefs__open(&probes->tracefs, &probes->no_tracefs);
	status = probe_places__load(&probes->places);
	if (status) {
		*error = g_strdup_printf("/proc/kallsyms: %s", g_strerror(-status));
		probes__free(probes);
		return status;
	}
	for (int probe = 0; probe < WF_PROBES; probe++) {
		name_missing(probes, (enum wf_probe)probe);
		take_point(probes, (enum wf_probe)probe);
	}
	if (!config->has_contention)
		hook_lock_paths(probes);
	status = check_choice(probes, error);
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
