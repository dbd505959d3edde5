// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/small_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

#include "workloads/failure.h"
#include "workloads/interrupt.h"

struct file_name {
	char text[32];
};

static struct file_name name_of(int64_t index)
{
	struct file_name name;

	snprintf(name.text, sizeof(name.text), "file-%lld", (long long)index);
	return name;
}

static int write_all(const struct small_files *files, int interrupt_fd, char **error)
{
	for (int64_t i = 0; i < files->count; i++) {
		int status = scratch__write(&files->scratch, name_of(i).text, files->size);

		if (status)
			return failure__set(error, -status, "cannot write file %lld in '%s'",
					    (long long)i, files->scratch.path);
		if (interrupt__pending(interrupt_fd))
			return failure__set(error, EINTR, "stopped while the files were made");
	}
	return 0;
}

int small_files__make(struct small_files *files, const char *parent, int interrupt_fd, char **error)
{
	int status = scratch__open(&files->scratch, parent, error);

	if (status)
		return status;
	status = write_all(files, interrupt_fd, error);
	if (status)
		scratch__close(&files->scratch);
	return status;
}

void small_files__remove(struct small_files *files)
{
	scratch__close(&files->scratch);
}

int small_files__open(const struct small_files *files, int64_t index)
{
	return openat(files->scratch.fd, name_of(index).text, O_RDONLY | O_CLOEXEC);
}
