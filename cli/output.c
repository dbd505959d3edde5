// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/output.h"

#include "cli/say.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct output {
	FILE *stream;
	char *path; /* NULL: stdout */
	char *unfinished; /* NULL: written in place, for it is no regular file */
};

static void output__free(struct output *output)
{
	free(output->path);
	free(output->unfinished);
	free(output);
}

/* A device or a pipe is written to; a regular file is replaced when its successor is whole. */
static FILE *open_file(struct output *output)
{
	struct stat status;
	mode_t mask;
	FILE *stream;
	int fd;

	if (!stat(output->path, &status) && !S_ISREG(status.st_mode))
		return fopen(output->path, "we");
	if (asprintf(&output->unfinished, "%s.XXXXXX", output->path) < 0) {
		output->unfinished = NULL;
		errno = ENOMEM;
		return NULL;
	}
	fd = mkostemp(output->unfinished, 0);
	if (fd < 0) {
		free(output->unfinished);
		output->unfinished = NULL;
		return NULL;
	}
	mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask); /* as any other new file */
	stream = fdopen(fd, "w");
	if (!stream)
		close(fd);
	return stream;
}

struct output *output__open(const char *path)
{
	struct output *output = calloc(1, sizeof(*output));

	if (!output) {
		say_failure("%s", strerror(ENOMEM));
		return NULL;
	}
	if (!path || !strcmp(path, "-")) {
		output->stream = stdout;
		return output;
	}
	output->path = strdup(path);
	output->stream = output->path ? open_file(output) : NULL;
	if (!output->stream) {
		say_failure("cannot write %s: %s", path, strerror(errno));
		output__free(output);
		return NULL;
	}
	return output;
}

FILE *output__stream(const struct output *output)
{
	return output->stream;
}

int output__close(struct output *output, int status)
{
	return output__close_telling(output, status, NULL);
}

int output__close_telling(struct output *output, int status, const char *reason)
{
	const char *name = output->path ? output->path : "standard output";
	int result = EXIT_SUCCESS, failed;

	if (output->path)
		failed = fclose(output->stream);
	else
		failed = fflush(output->stream);
	if (failed && !status)
		status = -errno;
	if (!status && output->unfinished && rename(output->unfinished, output->path))
		status = -errno;
	if (status) {
		if (output->unfinished)
			unlink(output->unfinished);
		result = reason ? say_failure("%s", reason)
				: say_failure("cannot write %s: %s", name, strerror(-status));
	}
	output__free(output);
	return result;
}
