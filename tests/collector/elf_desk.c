// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "elf_desk.h"

#include "collector/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <gelf.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *elf_desk__new(void)
{
	char *dir = g_dir_make_tmp("wallflame-elf-XXXXXX", NULL);

	assert_non_null(dir);
	return dir;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void elf_desk__free(char *dir)
{
	nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	g_free(dir);
}

void elf_desk__write(const char *dir, const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);

	desk__write_text(path, text, strlen(text));
	g_free(path);
}

void elf_desk__run(const char *dir, const char *format, ...)
{
	va_list arguments;
	char *command, *line;

	va_start(arguments, format);
	command = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	line = g_strdup_printf("cd '%s' && { %s; }", dir, command);
	/* The commands are the tests' own. */
	if (system(line)) // NOLINT(cert-env33-c,bugprone-command-processor)
		fail_msg("%s", line);
	g_free(line);
	g_free(command);
}

static bool offset_of(Elf *elf, uint64_t address, uint64_t *offset)
{
	size_t count;

	assert_int_equal(elf_getphdrnum(elf, &count), 0);
	for (size_t i = 0; i < count; i++) {
		GElf_Phdr header;

		assert_non_null(gelf_getphdr(elf, (int)i, &header));
		if (header.p_type != PT_LOAD || address < header.p_vaddr ||
		    address - header.p_vaddr >= header.p_filesz)
			continue;
		*offset = address - header.p_vaddr + header.p_offset;
		return true;
	}
	return false;
}

static bool find_symbol(Elf *elf, const char *wanted, uint64_t *offset)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(elf, section))) {
		GElf_Shdr header;
		GElf_Sym symbol;
		Elf_Data *data;

		if (!gelf_getshdr(section, &header) || header.sh_type != SHT_SYMTAB)
			continue;
		data = elf_getdata(section, NULL);
		for (int i = 0; gelf_getsym(data, i, &symbol); i++) {
			const char *name = elf_strptr(elf, header.sh_link, symbol.st_name);

			if (name && !strcmp(name, wanted))
				return offset_of(elf, symbol.st_value, offset);
		}
	}
	return false;
}

static int open_in(const char *dir, const char *name)
{
	char *path = g_build_filename(dir, name, NULL);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fail_msg("%s: %s", path, g_strerror(errno));
	g_free(path);
	return fd;
}

uint64_t elf_desk__offset(const char *dir, const char *name, const char *symbol)
{
	int fd = open_in(dir, name);
	uint64_t offset = 0;
	Elf *elf;

	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	assert_non_null(elf);
	if (!find_symbol(elf, symbol, &offset))
		fail_msg("%s has no %s", name, symbol);
	elf_end(elf);
	close(fd);
	return offset;
}

struct elf_reader *elf_desk__start(const struct elf_reader_options *options)
{
	static const struct elf_reader_options usual;
	struct elf_reader *reader = NULL;
	char *error = NULL;

	if (elf_reader__start(&reader, options ? options : &usual, &error))
		fail_msg("%s", error);
	return reader;
}

struct elf_file *elf_desk__open(struct elf_reader *reader, const char *dir, const char *name)
{
	char *path = g_build_filename(dir, name, NULL);
	int fd = open_in(dir, name);
	struct elf_file *file = elf_reader__open(reader, path, fd);

	close(fd); /* it has its own */
	g_free(path);
	return file;
}

static int write_names(void *ctx, size_t index, const struct elf_name *names, size_t count)
{
	GString *text = ctx;

	assert_int_equal(index, 0);
	for (size_t i = 0; i < count; i++) {
		const struct elf_name *name = &names[i];
		const char *base = name->file ? strrchr(name->file, '/') : NULL;

		assert_true(*name->symbol);
		g_string_append_printf(text, "%s%s", i ? " > " : "", name->symbol);
		if (name->symbol_offset)
			g_string_append_printf(text, "+%" PRIu64, name->symbol_offset);
		if (name->file)
			g_string_append_printf(text, " %s:%u", base ? base + 1 : name->file,
					       name->line);
	}
	if (!count)
		g_string_append(text, "-");
	return 0;
}

char *elf_desk__names(struct elf_file *file, uint64_t offset)
{
	GString *text = g_string_new(NULL);

	assert_int_equal(elf_file__names(file, &offset, 1, write_names, text), 0);
	return g_string_free(text, FALSE);
}

void elf_desk__assert_names(struct elf_file *file, uint64_t offset, const char *expected)
{
	char *names = elf_desk__names(file, offset);

	assert_string_equal(names, expected);
	g_free(names);
}

pid_t elf_desk__child_of(pid_t parent)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	pid_t found = 0;

	assert_non_null(proc);
	while (!found && (entry = readdir(proc))) {
		pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		struct procfs_process info = {0};

		if (pid > 0 && !procfs__process(pid, &info) && info.parent == parent &&
		    procfs__state(pid, pid) != 'Z')
			found = pid;
		g_free(info.exe);
	}
	closedir(proc);
	return found;
}
