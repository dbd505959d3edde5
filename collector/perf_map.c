// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/perf_map.h"

#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A map comes from the target: what is longer is left, and its frames stay without names. */
#define MOST_BYTES (256U << 20)
#define LONGEST_LINE 8192 /* of a line; the rest of it is cut off */

struct entry {
	uint64_t start;
	uint64_t size;
	const char *name;
	guint line;
};

struct perf_map {
	GArray *entries; /* by start; of one start, the last written first */
	GStringChunk *names;
};

/* The pid as the process itself knows it: the last field of NSpid. */
static pid_t pid_in_namespace(pid_t pid)
{
	char path[64], line[256];
	pid_t inner = pid;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	file = fopen(path, "re");
	if (!file)
		return pid;
	while (fgets(line, sizeof(line), file)) {
		const char *last = strrchr(line, '\t');

		if (!strncmp(line, "NSpid:", 6) && last)
			inner = (pid_t)strtol(last + 1, NULL, 10);
	}
	fclose(file);
	return inner;
}

int perf_map__open(pid_t pid)
{
	char path[96];
	struct stat map, process;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d", pid);
	if (stat(path, &process))
		return -1;
	snprintf(path, sizeof(path), "/proc/%d/root/tmp/perf-%d.map", pid, pid_in_namespace(pid));
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &map) || !S_ISREG(map.st_mode) || map.st_uid != process.st_uid) {
		close(fd);
		return -1;
	}
	return fd;
}

static gint by_start(gconstpointer a, gconstpointer b)
{
	const struct entry *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return x->line > y->line ? -1 : x->line < y->line;
}

static void skip_line(FILE *file)
{
	int byte;

	do {
		byte = fgetc(file);
	} while (byte != EOF && byte != '\n');
}

struct perf_map *perf_map__read(int fd)
{
	struct perf_map *map = g_new0(struct perf_map, 1);
	int own = dup(fd);
	FILE *file = own >= 0 ? fdopen(own, "r") : NULL;
	size_t read_bytes = 0;
	char line[LONGEST_LINE];
	guint number = 0;

	map->entries = g_array_new(FALSE, FALSE, sizeof(struct entry));
	map->names = g_string_chunk_new(1 << 12);
	if (!file && own >= 0)
		close(own);
	while (file && read_bytes < MOST_BYTES && fgets(line, sizeof(line), file)) {
		struct entry entry = {.line = number++};
		char *at = line;

		read_bytes += strlen(line);
		if (!strchr(line, '\n'))
			skip_line(file);

		entry.start = strtoull(at, &at, 16);
		entry.size = strtoull(at, &at, 16);
		at += strspn(at, " ");
		at[strcspn(at, "\n")] = '\0';
		if (!entry.size || !*at)
			continue;
		entry.name = g_string_chunk_insert(map->names, at);
		g_array_append_val(map->entries, entry);
	}
	if (file)
		fclose(file);
	g_array_sort(map->entries, by_start);
	return map;
}

void perf_map__free(struct perf_map *map)
{
	if (!map)
		return;
	g_array_free(map->entries, TRUE);
	g_string_chunk_free(map->names);
	g_free(map);
}

const char *perf_map__find(const struct perf_map *map, uint64_t address, uint64_t *start)
{
	guint low = 0, high = map->entries->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;

		if (g_array_index(map->entries, struct entry, middle).start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	/* Of several entries with one start the first in order is the newest. */
	const struct entry *entries = &g_array_index(map->entries, struct entry, 0);
	guint found = low - 1;

	while (found && entries[found - 1].start == entries[found].start)
		found--;
	if (address - entries[found].start >= entries[found].size)
		return NULL;
	*start = entries[found].start;
	return entries[found].name;
}
