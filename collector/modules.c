// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/modules.h"

#include "collector/perf_map.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct modules {
	struct store_writer *writer;
	struct elf_reader *reader;
	GHashTable *by_key; /* string -> struct module */
	GPtrArray *used;
};

static void module__free(gpointer data)
{
	struct module *module = data;

	if (module->fd >= 0)
		close(module->fd);
	g_free(module->frames);
	g_free(module->path);
	g_free(module);
}

struct modules *modules__new(struct store_writer *writer, struct elf_reader *reader)
{
	struct modules *modules = g_new0(struct modules, 1);

	modules->writer = writer;
	modules->reader = reader;
	modules->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, module__free);
	modules->used = g_ptr_array_new();
	return modules;
}

void modules__free(struct modules *modules)
{
	if (!modules)
		return;
	g_ptr_array_free(modules->used, TRUE);
	g_hash_table_destroy(modules->by_key);
	g_free(modules);
}

/* Takes `key`. */
static struct module *find_or_make(struct modules *modules, char *key, enum store_module_kind kind,
				   const char *path)
{
	struct module *module = g_hash_table_lookup(modules->by_key, key);

	if (module) {
		g_free(key);
		return module;
	}
	module = g_new0(struct module, 1);
	module->kind = kind;
	module->path = g_strdup(path);
	module->fd = -1;
	g_hash_table_insert(modules->by_key, key, module);
	return module;
}

struct module *modules__of_mapping(struct modules *modules, pid_t pid, const char *path,
				   uint64_t device, uint64_t inode)
{
	struct module *module;

	if (!strcmp(path, "[vdso]"))
		return find_or_make(modules, g_strdup("v"), MODULE_VDSO, path);
	/* What has no file is each process's own: "//anon" in perf's records, "" in /proc. */
	if (!inode)
		return find_or_make(modules, g_strdup_printf("a %d", pid), MODULE_ANONYMOUS,
				    "[anon]");
	module = find_or_make(modules,
			      g_strdup_printf("f %" PRIx64 " %" PRIx64 " %s", device, inode, path),
			      MODULE_FILE, path);
	module->device = device;
	module->inode = inode;
	return module;
}

struct module *modules__of_kernel(struct modules *modules, const char *name)
{
	return find_or_make(modules, g_strdup_printf("k %s", name), MODULE_KERNEL, name);
}

/* inode: 0 for any. */
static int open_regular(const char *path, uint64_t inode)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat status;

	if (fd < 0)
		return -1;
	/* The device is not compared: on btrfs and overlayfs stat() and mappings disagree on it. */
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || (inode && status.st_ino != inode)) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * proc(5), map_files: the very file that is mapped, also when it has been deleted or replaced, and
 * whatever its number is: on overlayfs the mapping has that of the file below.
 */
static int open_file(const struct module *module, pid_t pid, uint64_t start, uint64_t end)
{
	char path[64];
	char *in_root;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, start, end);
	fd = open_regular(path, 0);
	if (fd >= 0)
		return fd;
	in_root = g_strdup_printf("/proc/%d/root%s", pid, module->path);
	fd = open_regular(in_root, module->inode);
	g_free(in_root);
	return fd >= 0 ? fd : open_regular(module->path, module->inode);
}

int modules__use(struct modules *modules, struct module *module, pid_t pid, uint64_t start,
		 uint64_t end)
{
	struct store_module row;

	if (module->id)
		return 0;
	if (module->kind == MODULE_FILE) {
		module->fd = open_file(module, pid, start, end);
		module->elf = elf_reader__open(modules->reader, module->path, module->fd);
	} else if (module->kind == MODULE_VDSO) {
		module->elf = elf_reader__open_vdso(modules->reader);
	} else if (module->kind == MODULE_ANONYMOUS) {
		module->fd = perf_map__open(pid);
		if (module->fd >= 0) {
			module->kind = MODULE_JIT;
			g_free(module->path);
			module->path = g_strdup_printf("/tmp/perf-%d.map", pid);
		}
	}
	row = (struct store_module){.kind = module->kind, .path = module->path};
	g_ptr_array_add(modules->used, module);
	return store_writer__module(modules->writer, &row, &module->id);
}

void module__add_frame(struct module *module, store_id frame, uint64_t offset)
{
	if (module->frame_count == module->frame_room) {
		module->frame_room = module->frame_room ? module->frame_room * 2 : 16;
		module->frames = g_renew(struct module_frame, module->frames, module->frame_room);
	}
	module->frames[module->frame_count++] =
		(struct module_frame){.id = frame, .offset = offset};
}

int modules__each(struct modules *modules, modules_fn visit, void *ctx)
{
	int status = 0;

	for (guint i = 0; !status && i < modules->used->len; i++)
		status = visit(ctx, g_ptr_array_index(modules->used, i));
	return status;
}
