// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/big_files.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/evict.h"
#include "workloads/failure.h"
#include "workloads/interrupt.h"
#include "workloads/nameless.h"
#include "workloads/scratch.h"

#define DEFAULT_SIZE (16 << 20)

static int big_files__make_cold(const struct big_files *files, int fd, const char *parent,
				char **error)
{
	struct evict_count count = {0};
	int status = evict__drop(fd);

	if (!status)
		status = evict__count(fd, files->size, &count);
	if (status)
		return failure__set(error, -status, "cannot evict a file in '%s'", parent);
	if (evict__ratio(&count) >= EVICT_COLD)
		return 0;
	return failure__set(error, EOPNOTSUPP,
			    "%.0f%% of a file in '%s' stay in memory; choose a directory on a disk "
			    "with --dir",
			    100 * (1 - evict__ratio(&count)), parent);
}

static int big_files__add(struct big_files *files, const char *parent, bool cold, char **error)
{
	int fd = nameless__make(parent, files->size, error);

	if (fd < 0)
		return fd;
	files->fds[files->count++] = fd;
	return cold ? big_files__make_cold(files, fd, scratch__parent(parent), error) : 0;
}

int big_files__make(struct big_files *files, const struct workload_run *run, size_t piece,
		    bool cold, char **error)
{
	const struct workload_options *options = &run->options;
	int status = 0;

	*files = (struct big_files){.size = options->file_size ? (size_t)options->file_size
							       : DEFAULT_SIZE};
	if (files->size % piece)
		return failure__set(error, EINVAL, "--file-size: give a multiple of %zu", piece);
	files->fds = calloc((size_t)options->threads, sizeof(*files->fds));
	if (!files->fds)
		return failure__set(error, ENOMEM, "%lld files", (long long)options->threads);
	while (!status && files->count < options->threads) {
		status = big_files__add(files, options->dir, cold, error);
		if (!status && interrupt__pending(run->interrupt_fd))
			status = failure__set(error, EINTR, "stopped while the files were made");
	}
	if (status)
		big_files__close(files);
	return status;
}

void big_files__close(struct big_files *files)
{
	while (files->count)
		close(files->fds[--files->count]);
	free(files->fds);
	files->fds = NULL;
}
