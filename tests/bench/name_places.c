// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * name_places FILE < OFFSETS: names the file's offsets (in hexadecimal, a line each) by the reader,
 * and tells how many have names. name_places -- COMMAND...: runs it. Either way the time and the
 * memory at the peak go to standard error, of the reader's own process or of the command.
 */
#include "collector/elf_reader.h"
#include "collector/now.h"

#include <fcntl.h>
#include <glib.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static void tell(int64_t begin_ns)
{
	struct rusage usage = {0};

	/* Of the ended children and theirs, the largest: getrusage(2). */
	getrusage(RUSAGE_CHILDREN, &usage);
	fprintf(stderr, "%.2f s, %ld MB at the peak\n", (double)(now__monotonic() - begin_ns) / 1e9,
		usage.ru_maxrss / 1024);
}

static int count_named(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	(void)index;
	(void)names;
	*(size_t *)ctx += count > 0;
	return 0;
}

static GArray *read_offsets(void)
{
	GArray *offsets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	uint64_t offset;

	while (scanf("%" SCNx64, &offset) == 1)
		g_array_append_val(offsets, offset);
	return offsets;
}

static int name_places(const char *path)
{
	const struct elf_reader_options options = {.time_limit_ns = 600000000000LL};
	GArray *offsets = read_offsets();
	int64_t begin_ns = now__monotonic();
	int fd = open(path, O_RDONLY | O_CLOEXEC), status = 1;
	struct elf_reader *reader = NULL;
	struct elf_file *file;
	size_t named = 0;
	char *error = NULL;

	if (!elf_reader__start(&reader, &options, &error)) {
		file = elf_reader__open(reader, path, fd);
		if (file)
			status = elf_file__names(file, (void *)offsets->data, offsets->len,
						 count_named, &named);
	}
	elf_reader__stop(reader);
	tell(begin_ns);
	printf("%zu of %u places have names\n", named, offsets->len);
	g_array_free(offsets, TRUE);
	free(error);
	if (fd >= 0)
		close(fd);
	return status != 0;
}

static int run(char **command)
{
	int64_t begin_ns = now__monotonic();
	pid_t pid = fork();
	int status = 1;

	if (!pid) {
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	tell(begin_ns);
	return status != 0;
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return name_places(argv[1]);
	if (argc > 2 && !strcmp(argv[1], "--"))
		return run(argv + 2);
	fprintf(stderr, "usage: name_places FILE < OFFSETS | name_places -- COMMAND...\n");
	return 2;
}
