// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/call_facts.h"

struct call_loader {
	struct call_facts *facts;
	const struct ids *processes;
	struct ids moments;
	GStringChunk *strings;
	char **error;
};

static int on_sampling(void *ctx, const struct store_call_sampling *row)
{
	struct call_facts *facts = ((struct call_loader *)ctx)->facts;

	facts->told = true;
	facts->added_ns = row->added_ns;
	facts->note =
		row->note ? g_string_chunk_insert(((struct call_loader *)ctx)->strings, row->note)
			  : NULL;
	return 0;
}

static int on_moment(void *ctx, store_id id, const struct store_call_moment *row)
{
	struct call_loader *loader = ctx;
	int64_t length_ns = row->to_ns - row->from_ns;

	g_array_append_val(loader->facts->lengths, length_ns);
	return ids__add(&loader->moments, id, "call_moment", loader->error);
}

static int on_sample(void *ctx, const struct store_call_sample *row)
{
	struct call_loader *loader = ctx;
	struct call_fact fact = {
		.moment = ids__index(&loader->moments, row->moment),
		.process = ids__index(loader->processes, row->process),
		.syscall = (int32_t)row->syscall,
		.calls = row->calls,
		.errors = row->errors,
		.bytes = row->bytes,
		.whole = row->whole,
		.ns = row->ns,
	};

	if (fact.moment == NO_ID)
		return ids__damaged(loader->error, "call_sample", 0, "moment", row->moment);
	if (fact.process == NO_ID)
		return ids__damaged(loader->error, "call_sample", 0, "process", row->process);
	g_array_append_val(loader->facts->rows, fact);
	return 0;
}

int call_facts__read(struct call_facts *facts, const struct ids *processes, GStringChunk *strings,
		     struct store_reader *reader, char **error)
{
	struct call_loader loader = {
		.facts = facts, .processes = processes, .strings = strings, .error = error};
	int status;

	facts->added_ns = -1;
	facts->lengths = g_array_new(FALSE, FALSE, sizeof(int64_t));
	facts->rows = g_array_new(FALSE, FALSE, sizeof(struct call_fact));
	ids__init(&loader.moments);
	status = store_reader__each_call_sampling(reader, on_sampling, &loader);
	if (!status)
		status = store_reader__each_call_moment(reader, on_moment, &loader);
	if (!status)
		status = store_reader__each_call_sample(reader, on_sample, &loader);
	ids__free(&loader.moments);
	return status;
}

void call_facts__free(struct call_facts *facts)
{
	if (facts->rows)
		g_array_free(facts->rows, TRUE);
	if (facts->lengths)
		g_array_free(facts->lengths, TRUE);
}
