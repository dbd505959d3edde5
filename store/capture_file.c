// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "store/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* https://www.sqlite.org/fileformat2.html, "The Database Header" */
#define HEADER_MAGIC "SQLite format 3"
#define HEADER_PAGE_SIZE 16
#define HEADER_READ_VERSION 19
#define HEADER_SIZE 20
#define READ_VERSION_WAL 2

/*
 * The bytes on which every connection to a WAL database holds a shared lock as long as it is open:
 * SHARED_FIRST and SHARED_SIZE of SQLite's os.h; part of the file format, as they keep processes
 * with different SQLite versions apart.
 */
#define LOCK_FIRST 0x40000002
#define LOCK_SIZE 510

/* Two regions, for the first 8,000 pages: the log is folded in every 4,096 (connection.c). */
#define INDEX_SIZE (2 << 15)

static int system_error(char **why)
{
	int err = errno;

	*why = g_strdup(g_strerror(err));
	return -err;
}

/* Size of the regular file beside `path`, -1 when there is none. */
static int64_t beside__size(const char *path, const char *suffix)
{
	char *name = g_strconcat(path, suffix, NULL);
	struct stat st;
	int64_t size = lstat(name, &st) == 0 && S_ISREG(st.st_mode) ? st.st_size : -1;

	g_free(name);
	return size;
}

static void beside__remove(const char *path)
{
	static const char *const suffixes[] = {CAPTURE_WAL, CAPTURE_SHM, CAPTURE_JOURNAL};

	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		char *name = g_strconcat(path, suffixes[i], NULL);
		unlink(name);
		g_free(name);
	}
}

/*
 * Whether a connection to the file is open. An open-file-description lock is asked for because it
 * conflicts with the locks of this process as well.
 */
static bool is_locked(int fd)
{
	struct flock lock = {
		.l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = LOCK_FIRST,
		.l_len = LOCK_SIZE,
	};

	return fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

static int open_regular(const char *path, int flags, int *fd, char **why)
{
	struct stat st;

	/* Without waiting for a writer, should it be a pipe. */
	*fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags);
	if (*fd < 0)
		return system_error(why);
	if (fstat(*fd, &st) == 0 && S_ISREG(st.st_mode))
		return 0;
	close(*fd);
	*why = g_strdup(S_ISDIR(st.st_mode) ? "is a directory" : "is not a regular file");
	return S_ISDIR(st.st_mode) ? -EISDIR : -EINVAL;
}

/* Renames a capture with all that is beside it. */
static int move(const char *from, const char *to, char **why)
{
	static const char *const suffixes[] = {"", CAPTURE_WAL, CAPTURE_SHM, CAPTURE_JOURNAL};

	for (size_t i = 0; i < G_N_ELEMENTS(suffixes); i++) {
		char *old = g_strconcat(from, suffixes[i], NULL);
		char *new = g_strconcat(to, suffixes[i], NULL);
		int failed = rename(old, new) < 0 && errno != ENOENT ? errno : 0;

		g_free(old);
		g_free(new);
		if (failed) {
			*why = g_strdup(g_strerror(failed));
			return -failed;
		}
	}
	return 0;
}

/* What is in the way, if it may be replaced, is kept under another name for now. */
static int set_aside(struct capture_file *file, const char *path, char **why)
{
	struct stat st;
	int fd, err;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : system_error(why);
	if (!S_ISLNK(st.st_mode)) {
		err = open_regular(path, O_NOFOLLOW, &fd, why);
		if (err)
			return err;
		bool locked = is_locked(fd);
		close(fd);
		if (locked) {
			*why = g_strdup("is being recorded or is open in another program");
			return -EBUSY;
		}
	}
	file->aside = g_strdup_printf("%s.replaced-%d", path, (int)getpid());
	return move(path, file->aside, why);
}

static void put_back(struct capture_file *file, const char *path)
{
	char *why = NULL;

	if (file->aside)
		move(file->aside, path, &why);
	g_free(why);
	g_clear_pointer(&file->aside, g_free);
}

static int create_new(struct capture_file *file, const char *path, char **why)
{
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err = 0;

	if (fd < 0)
		return system_error(why);
	file->path = realpath(path, NULL);
	if (!file->path || fstat(fd, &st) < 0) {
		err = system_error(why);
		unlink(path);
	} else {
		file->device = st.st_dev;
		file->inode = st.st_ino;
		/* A log of an earlier file of that name must not be taken for this one's. */
		beside__remove(file->path);
	}
	close(fd);
	return err;
}

int capture_file__create(struct capture_file *file, const char *path, bool replace, char **why)
{
	int err = replace ? set_aside(file, path, why) : 0;

	if (!err)
		err = create_new(file, path, why);
	if (err)
		put_back(file, path);
	return err;
}

/*
 * SQLite takes room for its index by one byte each 4 KiB (os_unix.c: unixShmMap). Where blocks are
 * smaller than that, the rest is taken when it is touched, and on a full disk that is a SIGBUS. The
 * size stays 0: SQLite makes a file that nobody uses 3 bytes long, which takes room behind the end
 * away from a longer one only.
 */
int capture_file__reserve_index(const struct capture_file *file, char **why)
{
	char *name = g_strconcat(file->path, CAPTURE_SHM, NULL);
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	int err = 0;

	g_free(name);
	if (fd < 0)
		return system_error(why);
	if (fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, INDEX_SIZE) < 0 && errno == ENOSPC) {
		err = -ENOSPC;
		*why = g_strdup("the disk is full");
	}
	close(fd);
	return err;
}

bool capture_file__is_in_place(const struct capture_file *file)
{
	struct stat st;

	return lstat(file->path, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode;
}

int64_t capture_file__bytes(const struct capture_file *file)
{
	int64_t log = beside__size(file->path, CAPTURE_WAL);
	int64_t main = beside__size(file->path, "");

	return MAX(main, 0) + MAX(log, 0);
}

void capture_file__remove(struct capture_file *file)
{
	if (!capture_file__is_in_place(file))
		return;
	unlink(file->path);
	beside__remove(file->path);
	put_back(file, file->path);
}

void capture_file__release(struct capture_file *file)
{
	if (file->aside) {
		unlink(file->aside);
		beside__remove(file->aside);
		g_clear_pointer(&file->aside, g_free);
	}
	free(file->path);
	file->path = NULL;
}

/* 1 with the header, 0 if the file does not begin as an SQLite file does. */
static int read_header(int fd, unsigned char header[HEADER_SIZE])
{
	ssize_t size = pread(fd, header, HEADER_SIZE, 0);

	if (size < 0)
		return -errno;
	return size == HEADER_SIZE && memcmp(header, HEADER_MAGIC, sizeof(HEADER_MAGIC)) == 0;
}

/* A journal whose first byte is zero is of no more use: sqlite.org/fileformat2.html, 3. */
static bool has_hot_journal(const char *path)
{
	char *name = g_strconcat(path, CAPTURE_JOURNAL, NULL);
	int fd = open(name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char first = 0;
	bool hot = fd >= 0 && pread(fd, &first, 1, 0) == 1 && first;

	if (fd >= 0)
		close(fd);
	g_free(name);
	return hot;
}

/* SQLite takes the missing end of a last page for zeros. */
static bool ends_in_a_page(const unsigned char header[HEADER_SIZE], int64_t size)
{
	int64_t page = header[HEADER_PAGE_SIZE] << 8 | header[HEADER_PAGE_SIZE + 1];

	return page == 0 || size % (page == 1 ? 65536 : page) == 0;
}

/* A log beside a file that has none (a copy put over an old capture) is another file's. */
static enum capture_condition condition_of(int fd, const char *path,
					   const unsigned char header[HEADER_SIZE])
{
	if (header[HEADER_READ_VERSION] != READ_VERSION_WAL)
		return CAPTURE_SEALED;
	int64_t log = beside__size(path, CAPTURE_WAL);
	if (log >= 0 && is_locked(fd))
		return CAPTURE_RECORDING;
	return log > 0 ? CAPTURE_CUT_OFF : CAPTURE_SEALED;
}

static int inspect_open(int fd, const char *path, enum capture_condition *condition, char **why)
{
	unsigned char header[HEADER_SIZE];
	struct stat st;
	int is_sqlite = read_header(fd, header);

	if (is_sqlite < 0 || fstat(fd, &st) < 0)
		return system_error(why);
	if (!is_sqlite) {
		*why = g_strdup(st.st_size ? "is not a wallflame capture"
					   : "is empty: nothing was recorded");
		return -EINVAL;
	}
	if (has_hot_journal(path)) {
		*why = g_strdup("another program is changing it, or was cut off while it did: "
				"open it once with sqlite3 to repair it");
		return -EBUSY;
	}
	*condition = condition_of(fd, path, header);
	if (*condition == CAPTURE_SEALED && !ends_in_a_page(header, st.st_size)) {
		*why = g_strdup("damaged: the end of the file is missing");
		return -EUCLEAN;
	}
	return 0;
}

int capture_file__inspect(const char *path, char **resolved, enum capture_condition *condition,
			  char **why)
{
	int fd, err;

	*resolved = realpath(path, NULL);
	if (!*resolved)
		return system_error(why);
	err = open_regular(*resolved, 0, &fd, why);
	if (!err) {
		err = inspect_open(fd, *resolved, condition, why);
		close(fd);
	}
	if (err) {
		free(*resolved);
		*resolved = NULL;
	}
	return err;
}

int capture_file__is_sqlite(const char *path)
{
	unsigned char header[HEADER_SIZE];
	char *why = NULL;
	int fd;
	int err = open_regular(path, 0, &fd, &why);

	g_free(why);
	if (err)
		return err;
	err = read_header(fd, header);
	close(fd);
	return err;
}
