// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/leftovers.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK ".wallflame-workload"

void leftovers__mark(int dir_fd)
{
	int fd;

	if (flock(dir_fd, LOCK_EX))
		return;
	fd = openat(dir_fd, MARK, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		close(fd);
}

static bool is_ours(int fd, const char *name, mode_t type)
{
	struct stat status;

	return !fstatat(fd, name, &status, AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) &&
	       status.st_uid == geteuid() && (status.st_mode & S_IFMT) == type;
}

/* The lock first: the mark of who still lives would be there, too. */
static bool is_left(int fd)
{
	return is_ours(fd, "", S_IFDIR) && !flock(fd, LOCK_EX | LOCK_NB) &&
	       is_ours(fd, MARK, S_IFREG);
}

static void remove_all(int dir_fd, dev_t device);

/* Of what is mounted there nothing is ours. */
static void remove_dir(int parent_fd, const char *name, dev_t device)
{
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;

	if (fd < 0)
		return;
	if (!fstat(fd, &status) && status.st_dev == device)
		remove_all(fd, device);
	close(fd);
	unlinkat(parent_fd, name, AT_REMOVEDIR);
}

/* All but the mark. */
static void remove_all(int dir_fd, dev_t device)
{
	int fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir) {
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    strcmp(entry->d_name, MARK) != 0 && unlinkat(dir_fd, entry->d_name, 0) &&
		    errno == EISDIR)
			remove_dir(dir_fd, entry->d_name, device);
	closedir(dir);
}

void leftovers__empty(int dir_fd)
{
	struct stat status;

	if (fstat(dir_fd, &status))
		return;
	remove_all(dir_fd, status.st_dev);
	unlinkat(dir_fd, MARK, 0);
}

static void remove_left(int parent_fd, const char *name)
{
	int fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	if (is_left(fd)) {
		leftovers__empty(fd);
		unlinkat(parent_fd, name, AT_REMOVEDIR);
	}
	close(fd);
}

void leftovers__remove(const char *parent)
{
	DIR *dir = opendir(parent);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir)))
		if (!strncmp(entry->d_name, LEFTOVERS_PREFIX, strlen(LEFTOVERS_PREFIX)))
			remove_left(dirfd(dir), entry->d_name);
	if (dir)
		closedir(dir);
}
