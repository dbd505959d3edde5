// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/symbols.h"

#include "collector/demangle.h"
#include "collector/perf_map.h"

#include <glib.h>
#include <stdlib.h>

struct resolution {
	struct store_writer *writer;
	struct symbols_result *result;
};

/* The frames of one file, by offset: that is what its reader wants. */
struct naming {
	const struct resolution *resolution;
	const struct module_frame *frames;
	size_t visited;
	int status; /* of the writer */
};

static int write_line(struct store_writer *writer, store_id frame, const struct elf_name *name)
{
	return name->file ? store_writer__frame_line(writer, frame, name->file, name->line) : 0;
}

/* What was inlined at a place, outermost first; a chain too long to be stored ends in a remark. */
static int write_inlined(struct store_writer *writer, store_id frame, const struct elf_name *names,
			 size_t count)
{
	static const struct elf_name cut = {.symbol = "[truncated]"};
	int status = 0;

	for (size_t i = 1; !status && i < count && i <= STORE_INLINE_MAX; i++) {
		bool more = i == STORE_INLINE_MAX && count > STORE_INLINE_MAX + 1;
		const struct elf_name *name = more ? &cut : &names[i];

		status = store_writer__frame_inline(writer, frame, (int64_t)i, name->symbol,
						    name->file, name->line);
	}
	return status;
}

static int write_frame(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	struct naming *naming = ctx;
	struct store_writer *writer = naming->resolution->writer;
	store_id frame = naming->frames[index].id;
	int status;

	naming->visited++;
	if (!count) {
		naming->resolution->result->unnamed++;
		return 0;
	}
	naming->resolution->result->named++;
	status = store_writer__name_frame(writer, frame, names[0].symbol,
					  (int64_t)names[0].symbol_offset);
	if (!status)
		status = write_line(writer, frame, &names[0]);
	if (!status)
		status = write_inlined(writer, frame, names, count);
	naming->status = status;
	return status;
}

static int compare_offsets(gconstpointer a, gconstpointer b)
{
	const struct module_frame *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static int resolve_elf(struct module *module, struct resolution *resolution)
{
	struct naming naming = {.resolution = resolution, .frames = module->frames};
	size_t count = module->frame_count;
	uint64_t *offsets;
	const char *id;

	if (!module->elf) {
		resolution->result->unnamed += (int64_t)count;
		return 0;
	}
	qsort(module->frames, count, sizeof(module->frames[0]), compare_offsets);
	offsets = g_new(uint64_t, count);
	for (size_t i = 0; i < count; i++)
		offsets[i] = module->frames[i].offset;
	elf_file__names(module->elf, offsets, count, write_frame, &naming);
	g_free(offsets);
	if (naming.status)
		return naming.status;
	resolution->result->unnamed += (int64_t)(count - naming.visited);
	resolution->result->refused_files += elf_file__is_refused(module->elf);
	id = elf_file__build_id(module->elf);
	return *id ? store_writer__update_module(resolution->writer, module->id, id) : 0;
}

static int name_jit_frame(const struct module_frame *frame, const struct perf_map *map,
			  struct resolution *resolution)
{
	uint64_t start = 0;
	const char *name = perf_map__find(map, frame->offset, &start);
	char *plain;
	int status;

	if (!name) {
		resolution->result->unnamed++;
		return 0;
	}
	plain = demangle(name);
	status = store_writer__name_frame(resolution->writer, frame->id, plain ? plain : name,
					  (int64_t)(frame->offset - start));
	free(plain);
	resolution->result->named++;
	return status;
}

static int resolve_jit(struct module *module, struct resolution *resolution)
{
	struct perf_map *map = perf_map__read(module->fd);
	int status = 0;

	for (size_t i = 0; !status && i < module->frame_count; i++)
		status = name_jit_frame(&module->frames[i], map, resolution);
	perf_map__free(map);
	return status;
}

static int resolve_nothing(struct module *module, struct resolution *resolution)
{
	resolution->result->unnamed += (int64_t)module->frame_count;
	return 0;
}

static int resolve(void *ctx, struct module *module)
{
	static int (*const by_kind[])(struct module *, struct resolution *) = {
		[MODULE_KERNEL] = resolve_nothing, /* named as they came: it has no user frames */
		[MODULE_FILE] = resolve_elf,	   [MODULE_VDSO] = resolve_elf,
		[MODULE_JIT] = resolve_jit,	   [MODULE_ANONYMOUS] = resolve_nothing,
	};

	return by_kind[module->kind](module, ctx);
}

int symbols__resolve(struct modules *modules, struct store_writer *writer,
		     struct symbols_result *result)
{
	struct resolution resolution = {.writer = writer, .result = result};

	return modules__each(modules, resolve, &resolution);
}
