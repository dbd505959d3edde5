// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_set.h"

#include "collector/probe_points.h"

#include <glib.h>
#include <string.h>

struct place {
	enum store_backend backend;
	char *name;
	char *error; /* or NULL */
};

struct probe_set {
	struct {
		struct probe_status status;
		char *note;
		GArray *places; /* struct place */
	} points[WF_PROBES];
};

static void free_place(gpointer data)
{
	struct place *place = data;

	g_free(place->name);
	g_free(place->error);
}

struct probe_set *probe_set__new(void)
{
	struct probe_set *set = g_new0(struct probe_set, 1);

	for (size_t i = 0; i < WF_PROBES; i++) {
		set->points[i].status.backend = BACKEND_EVIDENCE;
		set->points[i].status.counts = COUNTS_NOTHING;
		set->points[i].places = g_array_new(FALSE, FALSE, sizeof(struct place));
		g_array_set_clear_func(set->points[i].places, free_place);
	}
	return set;
}

void probe_set__free(struct probe_set *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < WF_PROBES; i++) {
		g_free(set->points[i].note);
		g_array_free(set->points[i].places, TRUE);
	}
	g_free(set);
}

void probe_set__tried(struct probe_set *set, enum wf_probe probe, enum store_backend backend,
		      const char *place, const char *error)
{
	struct place row = {.backend = backend, .name = g_strdup(place), .error = g_strdup(error)};
	GArray *places = set->points[probe].places;

	for (guint i = 0; i < places->len; i++) {
		const struct place *before = &g_array_index(places, struct place, i);

		if (before->backend == backend && !strcmp(before->name, place)) {
			g_array_remove_index(places, i);
			break;
		}
	}
	g_array_append_val(places, row);
}

void probe_set__take(struct probe_set *set, enum wf_probe probe, const struct probe_status *status)
{
	char *note = g_strdup(status->note);

	g_free(set->points[probe].note);
	set->points[probe].note = note;
	set->points[probe].status = *status;
	set->points[probe].status.note = note;
}

const struct probe_status *probe_set__status(const struct probe_set *set, enum wf_probe probe)
{
	return &set->points[probe].status;
}

void probe_set__each_place(const struct probe_set *set, enum wf_probe probe, probe_place_fn visit,
			   void *ctx)
{
	const GArray *places = set->points[probe].places;

	for (guint i = 0; i < places->len; i++) {
		const struct place *place = &g_array_index(places, struct place, i);

		visit(ctx, place->backend, place->name, place->error);
	}
}

char *probe_set__summary(const struct probe_set *set)
{
	GString *text = g_string_new(NULL);

	for (int backend = 0; backend < BACKEND_COUNT; backend++) {
		const char *between = text->len ? "; " : "";
		gsize before = text->len;

		for (int probe = 0; probe < WF_PROBES; probe++) {
			if ((int)set->points[probe].status.backend != backend)
				continue;
			g_string_append_printf(text, "%s%s", between,
					       probe_points__get(probe)->name);
			between = ", ";
		}
		if (text->len > before)
			g_string_append_printf(text, " by %s", store_backend__name(backend));
	}
	return g_string_free(text, FALSE);
}

static int write_places(const struct probe_set *set, enum wf_probe probe, store_id id,
			struct store_writer *writer)
{
	const GArray *places = set->points[probe].places;
	int status = 0;

	for (guint i = 0; !status && i < places->len; i++) {
		const struct place *place = &g_array_index(places, struct place, i);
		struct store_probe_place row = {
			.probe = id,
			.backend = place->backend,
			.place = place->name,
			.error = place->error,
		};

		status = store_writer__probe_place(writer, &row);
	}
	return status;
}

int probe_set__write(const struct probe_set *set, struct store_writer *writer,
		     store_id ids[WF_PROBES])
{
	int status = 0;

	for (int probe = 0; !status && probe < WF_PROBES; probe++) {
		struct store_probe row = {
			.name = probe_points__get(probe)->name,
			.backend = set->points[probe].status.backend,
			.counts = set->points[probe].status.counts,
			.note = set->points[probe].status.note,
		};

		status = store_writer__probe(writer, &row, &ids[probe]);
		if (!status)
			status = write_places(set, (enum wf_probe)probe, ids[probe], writer);
	}
	return status;
}
