// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/shelf.h"

#include "cli/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SUFFIX ".db" /* of all names here */

struct file {
	char *path;
	dev_t device;
	ino_t inode;
	bool whole;
	bool kept; /* by a trigger */
	bool surplus; /* of those: it rotates again */
};

struct shelf {
	struct file *files; /* oldest first */
	size_t count;
	size_t rotating, kept; /* how many may stay */
};

struct shelf *shelf__new(size_t rotating, size_t kept)
{
	struct shelf *shelf = calloc(1, sizeof(*shelf));

	if (shelf) {
		shelf->rotating = rotating;
		shelf->kept = kept;
	}
	return shelf;
}

void shelf__free(struct shelf *shelf)
{
	if (!shelf)
		return;
	for (size_t i = 0; i < shelf->count; i++)
		free(shelf->files[i].path);
	free(shelf->files);
	free(shelf);
}

static bool is_in_place(const struct file *file)
{
	struct stat status;

	return !lstat(file->path, &status) && status.st_dev == file->device &&
	       status.st_ino == file->inode;
}

/*
 * Replaces nothing. Not every file system knows the flag: rename(2), EINVAL; NFS is one. link(2)
 * replaces nothing either.
 */
static int rename_file(const char *path, const char *name)
{
	int status = 0;

	if (!renameat2(AT_FDCWD, path, AT_FDCWD, name, RENAME_NOREPLACE))
		return 0;
	if (errno != EINVAL || link(path, name))
		return -errno;
	if (unlink(path)) {
		status = -errno;
		unlink(name);
	}
	return status;
}

/* Takes the name over. What may be there already is not ours to replace: then it has the old one,
 * and that is told. */
static void rename_to(struct file *file, char *name)
{
	int status;

	if (!is_in_place(file)) {
		say_failure("%s was moved or removed", file->path);
		free(name);
		return;
	}
	status = rename_file(file->path, name);
	if (status) {
		say_failure("cannot rename %s to %s: %s", file->path, name, strerror(-status));
		free(name);
		return;
	}
	free(file->path);
	file->path = name;
}

bool shelf__put(struct shelf *shelf, const char *path, const char *name)
{
	struct file *more = reallocarray(shelf->files, shelf->count + 1, sizeof(*more));
	struct file file = {.whole = name};
	struct stat status;
	char *copy;

	if (more)
		shelf->files = more;
	if (!more || lstat(path, &status) || !S_ISREG(status.st_mode))
		return false;
	file.device = status.st_dev;
	file.inode = status.st_ino;
	file.path = strdup(path);
	if (!file.path)
		return false;
	copy = name ? strdup(name) : NULL;
	if (copy)
		rename_to(&file, copy);
	shelf->files[shelf->count++] = file;
	return true;
}

const char *shelf__keep(struct shelf *shelf, bool before, const char *word)
{
	struct file *file;
	size_t length;
	char *name;

	if (shelf->count < (before ? 2 : 1))
		return NULL;
	file = &shelf->files[shelf->count - (before ? 2 : 1)];
	if (file->kept)
		return NULL;
	file->kept = true;
	length = strlen(file->path) - strlen(SUFFIX);
	if (file->whole && asprintf(&name, "%.*s-%s" SUFFIX, (int)length, file->path, word) >= 0)
		rename_to(file, name);
	return file->path;
}

/* With what is beside a capture that was cut off: docs/capture-format.md. */
static void remove_file(const struct file *file)
{
	static const char *const suffixes[] = {"", "-wal", "-shm"};

	if (!is_in_place(file))
		return;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		char *name = NULL;

		if (asprintf(&name, "%s%s", file->path, suffixes[i]) < 0)
			return;
		if (unlink(name) && errno != ENOENT)
			say_failure("cannot remove %s: %s", name, strerror(errno));
		free(name);
	}
}

static void take_down(const struct shelf *shelf, struct file *file)
{
	if (file->kept)
		say_note("%s goes, the oldest of more than %zu that triggers kept "
			 "(--keep-triggered)",
			 file->path, shelf->kept);
	remove_file(file);
	free(file->path);
}

static size_t more_than(size_t count, size_t may_stay)
{
	return count > may_stay ? count - may_stay : 0;
}

static bool is_held(const struct file *file)
{
	return file->kept && !file->surplus;
}

static void let_go(struct shelf *shelf)
{
	size_t held = 0, surplus;

	for (size_t i = 0; i < shelf->count; i++)
		held += is_held(&shelf->files[i]);
	surplus = more_than(held, shelf->kept);
	for (size_t i = 0; i < shelf->count && surplus; i++) {
		if (is_held(&shelf->files[i])) {
			shelf->files[i].surplus = true;
			surplus--;
		}
	}
}

void shelf__trim(struct shelf *shelf)
{
	size_t rotating = 0, left = 0, surplus;

	let_go(shelf);
	for (size_t i = 0; i < shelf->count; i++)
		rotating += shelf->files[i].whole && !is_held(&shelf->files[i]);
	surplus = more_than(rotating, shelf->rotating);
	for (size_t i = 0; i < shelf->count; i++) {
		struct file *file = &shelf->files[i];
		bool stays = is_held(file) || (file->whole ? !surplus : i == shelf->count - 1);

		if (stays) {
			shelf->files[left++] = *file;
			continue;
		}
		surplus -= file->whole;
		take_down(shelf, file);
	}
	shelf->count = left;
}
