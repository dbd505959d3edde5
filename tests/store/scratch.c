// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "scratch.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

int scratch__setup(void **state)
{
	struct scratch *scratch = g_new0(struct scratch, 1);

	scratch->dir = g_dir_make_tmp("wallflame-store-XXXXXX", NULL);
	scratch->file = scratch__path(scratch, "capture.db");
	*state = scratch;
	return scratch->dir ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int scratch__teardown(void **state)
{
	struct scratch *scratch = *state;

	nftw(scratch->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	g_free(scratch->dir);
	g_free(scratch->file);
	g_free(scratch);
	return 0;
}

char *scratch__path(const struct scratch *scratch, const char *name)
{
	return g_build_filename(scratch->dir, name, NULL);
}

static int by_name(gconstpointer a, gconstpointer b)
{
	return g_strcmp0(*(char *const *)a, *(char *const *)b);
}

static GPtrArray *names(const struct scratch *scratch)
{
	GPtrArray *found = g_ptr_array_new_with_free_func(g_free);
	GDir *dir = g_dir_open(scratch->dir, 0, NULL);
	const char *name;

	assert_non_null(dir);
	while ((name = g_dir_read_name(dir)))
		g_ptr_array_add(found, g_strdup(name));
	g_dir_close(dir);
	g_ptr_array_sort(found, by_name);
	return found;
}

char *scratch__digest(const struct scratch *scratch)
{
	GPtrArray *all = names(scratch);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < all->len; i++) {
		char *path = scratch__path(scratch, all->pdata[i]);
		char *bytes;
		size_t size;
		scratch__read(path, &bytes, &size);
		char *sum =
			g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)bytes, size);
		g_string_append_printf(text, "%s %zu %s\n", (char *)all->pdata[i], size, sum);
		g_free(sum);
		g_free(bytes);
		g_free(path);
	}
	g_ptr_array_unref(all);
	return g_string_free(text, FALSE);
}

int scratch__count(const struct scratch *scratch)
{
	GPtrArray *all = names(scratch);
	int count = (int)all->len;

	g_ptr_array_unref(all);
	return count;
}

void scratch__read(const char *path, char **bytes, size_t *size)
{
	assert_true(g_file_get_contents(path, bytes, size, NULL));
}

void scratch__write(const char *path, const char *bytes, size_t size)
{
	FILE *file = g_fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

void scratch__copy(const char *from, const char *to)
{
	char *bytes;
	size_t size;

	scratch__read(from, &bytes, &size);
	scratch__write(to, bytes, size);
	g_free(bytes);
}

void scratch__sql(const char *path, const char *sql)
{
	sqlite3 *db;
	char *error = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	sqlite3_exec(db, sql, NULL, NULL, &error);
	if (error)
		fail_msg("%s: %s", sql, error);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

int scratch__in_child(int (*child)(const struct scratch *scratch), const struct scratch *scratch)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(child(scratch));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}
