// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/doctor.h"

#include "collector/clock_scope.h"
#include "collector/collector.h"
#include "collector/doctor_checks.h"
#include "collector/privileges.h"
#include "collector/probe_points.h"

#include <glib.h>
#include <unistd.h>

#define TRIAL_THREADS 64
#define TRIAL_HZ 99

static void free_finding(gpointer data)
{
	struct finding *finding = data;

	g_free(finding->found);
	g_free(finding->advice);
}

static void add_place(void *ctx, enum store_backend backend, const char *place, const char *error)
{
	struct finding_place row = {
		.backend = store_backend__name(backend),
		.place = g_strdup(place),
		.error = g_strdup(error),
	};

	g_array_append_val((GArray *)ctx, row);
}

static struct finding_point point_of(const struct probe_set *set, enum wf_probe probe)
{
	const struct probe_point *point = probe_points__get(probe);
	const struct probe_status *status = probe_set__status(set, probe);
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct finding_place));
	struct finding_point row = {
		.name = point->name,
		.meaning = point->meaning,
		.backend = store_backend__name(status->backend),
		.counts = store_counts__name(status->counts),
		.note = g_strdup(status->note),
	};

	probe_set__each_place(set, probe, add_place, places);
	row.place_count = places->len;
	row.places = (struct finding_place *)g_array_free(places, FALSE);
	return row;
}

static void describe(struct diagnosis *diagnosis, const struct engine *engine,
		     const struct clock_trial *clock)
{
	struct engine_facts facts = engine__facts(engine);

	diagnosis->engine = g_strdup(facts.backend);
	diagnosis->locks = g_strdup(facts.lock_backend);
	diagnosis->clock = g_strdup(clock->name);
	diagnosis->points = g_new0(struct finding_point, WF_PROBES);
	diagnosis->point_count = WF_PROBES;
	for (int probe = 0; probe < WF_PROBES; probe++)
		diagnosis->points[probe] = point_of(facts.probes, (enum wf_probe)probe);
}

/* While the engine is attached: both count against what may be locked. Without an engine there is
 * no capture, but whether all CPUs could be sampled is a fact about the machine. */
static void try_clock(const struct engine *engine, const pid_t *self, struct clock_trial *trial)
{
	struct clock_scope scope = {0};
	struct clock *clock;

	if (engine)
		scope = clock_scope__beside(engine, self, 1);
	trial->user_only = scope.user_only;
	trial->own_only = scope.count > 0;
	if (clock__open(&clock, TRIAL_HZ, &scope, &trial->refusal))
		return;
	trial->name = g_strdup(clock__name(clock));
	clock__close(clock);
}

/* As far as `record` would go before its window opens. */
static void try_capture(struct diagnosis *diagnosis, struct clock_trial *clock)
{
	pid_t self = getpid();
	struct engine_config config = {
		.choice = ENGINE_AUTO,
		.backend = BACKEND_CHOICE_AUTO,
		.pids = &self,
		.pid_count = 1,
		.threads = TRIAL_THREADS,
		.slice_ns = COLLECTOR_SLICE_NS,
	};
	struct engine *engine = NULL;
	int status = privileges__check(ENGINE_AUTO, &self, 1, &diagnosis->refusal);

	if (!status)
		status = engine__open(&engine, &config, &diagnosis->refusal);
	if (!status)
		status = engine__attach(engine, &diagnosis->refusal);
	try_clock(status ? NULL : engine, &self, clock);
	if (!status && clock->name)
		describe(diagnosis, engine, clock);
	else if (!status)
		diagnosis->refusal = g_strdup(clock->refusal);
	diagnosis->possible = !diagnosis->refusal;
	engine__close(engine);
}

struct diagnosis *doctor__examine(void)
{
	struct diagnosis *diagnosis = g_new0(struct diagnosis, 1);
	GArray *findings = g_array_new(FALSE, FALSE, sizeof(struct finding));
	struct capture_trial trial = {0};

	try_capture(diagnosis, &trial.clock);
	trial.locks = diagnosis->locks;
	doctor__check_system(findings, &trial);
	g_free(trial.clock.name);
	g_free(trial.clock.refusal);
	diagnosis->finding_count = findings->len;
	diagnosis->findings = (struct finding *)g_array_free(findings, FALSE);
	return diagnosis;
}

void diagnosis__free(struct diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	for (size_t i = 0; i < diagnosis->finding_count; i++)
		free_finding(&diagnosis->findings[i]);
	for (size_t i = 0; i < diagnosis->point_count; i++) {
		struct finding_point *point = &diagnosis->points[i];

		for (size_t j = 0; j < point->place_count; j++) {
			g_free(point->places[j].place);
			g_free(point->places[j].error);
		}
		g_free(point->places);
		g_free(point->note);
	}
	g_free(diagnosis->findings);
	g_free(diagnosis->points);
	g_free(diagnosis->engine);
	g_free(diagnosis->locks);
	g_free(diagnosis->clock);
	g_free(diagnosis->refusal);
	g_free(diagnosis);
}
