// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_attempt.h"

#include "collector/probe_link.h"
#include "collector/probe_points.h"

#include <string.h>

struct attempt {
	const struct probe_desk *desk;
	enum wf_probe probe;
	enum store_backend backend;
	GPtrArray *links;
	GPtrArray *names; /* of the places they are on; borrowed */
	char *failure; /* why it is to be given up; NULL: it is not */
};

static void free_link(gpointer link)
{
	probe_link__free(link);
}

static struct attempt attempt__new(const struct probe_desk *desk, enum wf_probe probe,
				   enum store_backend backend)
{
	return (struct attempt){
		.desk = desk,
		.probe = probe,
		.backend = backend,
		.links = g_ptr_array_new_with_free_func(free_link),
		.names = g_ptr_array_new(),
	};
}

static void attempt__hook(struct attempt *attempt, const struct probe_place *place, bool may_fail)
{
	const struct probe_desk *desk = attempt->desk;
	struct probe_hook hook = {
		.backend = attempt->backend,
		.place = place->symbol,
		.tracefs = desk->tracefs,
		.number = attempt->links->len,
		.address = place->address,
		.probe = attempt->probe,
		.nests = probe_points__get(attempt->probe)->nests,
		.of_inodes = probe_points__get(attempt->probe)->of_inodes,
	};
	struct probe_link *link;
	char *failure;
	int status;

	if (attempt->failure)
		return;
	status = probe_link__attach(&link, &hook, desk->programs);
	if (!status) {
		g_ptr_array_add(attempt->links, link);
		g_ptr_array_add(attempt->names, (gpointer)place->symbol);
		return;
	}
	failure = probe_backends__explain(attempt->backend, status);
	probe_set__tried(desk->set, attempt->probe, attempt->backend, place->symbol, failure);
	if (!may_fail)
		attempt->failure = g_strdup_printf("%s %s", place->symbol, failure);
	g_free(failure);
}

/* Keeps what it has attached, or lets it go. */
static char *attempt__end(struct attempt *attempt)
{
	bool kept = !attempt->failure && attempt->links->len;
	const char *error = kept ? NULL : "let go again: another place could not be hooked";

	for (guint i = 0; i < attempt->names->len; i++)
		probe_set__tried(attempt->desk->set, attempt->probe, attempt->backend,
				 g_ptr_array_index(attempt->names, i), error);
	g_ptr_array_free(attempt->names, TRUE);
	if (kept) {
		g_ptr_array_set_free_func(attempt->links, NULL);
		g_ptr_array_extend_and_steal(attempt->desk->links, attempt->links);
		return NULL;
	}
	g_ptr_array_free(attempt->links, TRUE);
	return attempt->failure ? attempt->failure
				: g_strdup("none of its functions can be hooked");
}

static bool is_part(const struct probe_place *place)
{
	return strstr(place->symbol, ".part.") != NULL;
}

char *probe_attempt__functions(const struct probe_desk *desk, enum wf_probe probe,
			       enum store_backend backend, bool with_parts)
{
	const struct probe_function *function = probe_points__get(probe)->functions;
	struct attempt attempt = attempt__new(desk, probe, backend);

	for (; *function->names; function++) {
		const char *name = probe_places__name_of(desk->places, function);
		const struct probe_place *place;

		for (size_t i = 0; name && (place = probe_places__get(desk->places, name, i)); i++)
			attempt__hook(&attempt, place,
				      function->inlined || (is_part(place) && !with_parts));
	}
	return attempt__end(&attempt);
}

char *probe_attempt__events(const struct probe_desk *desk, enum wf_probe probe)
{
	const char *const *name = probe_points__get(probe)->tracepoints;
	struct attempt attempt = attempt__new(desk, probe, BACKEND_TRACEPOINT);

	if (!desk->tracefs)
		attempt.failure = g_strdup(desk->no_tracefs);
	for (; *name; name++) {
		const struct probe_place place = {.symbol = *name};

		attempt__hook(&attempt, &place, false);
	}
	return attempt__end(&attempt);
}
