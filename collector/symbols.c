// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/symbols.h"

#include "collector/demangle.h"
#include "collector/elf_symbols.h"
#include "collector/perf_map.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a module's names come from; the table below has one for each kind. */
struct namer {
	void *source;
	const char *(*find)(void *source, uint64_t offset, uint64_t *symbol_offset);
};

static const char *find_elf(void *source, uint64_t offset, uint64_t *symbol_offset)
{
	return elf_symbols__find(source, offset, symbol_offset);
}

static const char *find_jit(void *source, uint64_t offset, uint64_t *symbol_offset)
{
	uint64_t start = 0;
	const char *name = perf_map__find(source, offset, &start);

	*symbol_offset = offset - start;
	return name;
}

/* The name as people write it, malloc'ed, or NULL when it is that already. */
static char *readable(const char *name)
{
	const char *version = strchr(name, '@');

	/* Symbol tables of shared libraries add the version: "memcpy@@GLIBC_2.14". */
	if (version && version > name)
		return strndup(name, (size_t)(version - name));
	return demangle(name);
}

static int name_frames(const struct module *module, const struct namer *namer,
		       struct store_writer *writer, struct symbols_result *result)
{
	int status = 0;

	for (size_t i = 0; !status && i < module->frame_count; i++) {
		const struct module_frame *frame = &module->frames[i];
		uint64_t symbol_offset = 0;
		const char *name = namer->find(namer->source, frame->offset, &symbol_offset);
		char *plain;

		if (!name) {
			result->unnamed++;
			continue;
		}
		plain = readable(name);
		status = store_writer__name_frame(writer, frame->id, plain ? plain : name,
						  (int64_t)symbol_offset);
		free(plain);
		result->named++;
	}
	return status;
}

struct resolution {
	struct store_writer *writer;
	struct symbols_result *result;
};

static int resolve_elf(const struct module *module, struct resolution *resolution)
{
	struct elf_symbols *symbols = module->kind == MODULE_VDSO
					      ? elf_symbols__open_vdso()
					      : elf_symbols__open(module->path, module->fd);
	struct namer namer = {.source = symbols, .find = find_elf};
	char *build_id;
	int status;

	if (!symbols) {
		resolution->result->unnamed += (int64_t)module->frame_count;
		return 0;
	}
	status = name_frames(module, &namer, resolution->writer, resolution->result);
	build_id = elf_symbols__build_id(symbols);
	if (!status && build_id)
		status = store_writer__update_module(resolution->writer, module->id, build_id);
	free(build_id);
	elf_symbols__close(symbols);
	return status;
}

static int resolve_jit(const struct module *module, struct resolution *resolution)
{
	struct perf_map *map = perf_map__read(module->fd);
	struct namer namer = {.source = map, .find = find_jit};
	int status = name_frames(module, &namer, resolution->writer, resolution->result);

	perf_map__free(map);
	return status;
}

static int resolve_nothing(const struct module *module, struct resolution *resolution)
{
	resolution->result->unnamed += (int64_t)module->frame_count;
	return 0;
}

static int resolve(void *ctx, struct module *module)
{
	static int (*const by_kind[])(const struct module *, struct resolution *) = {
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

	/* libdwfl would ask servers on the network for debug files. */
	unsetenv("DEBUGINFOD_URLS");
	return modules__each(modules, resolve, &resolution);
}
