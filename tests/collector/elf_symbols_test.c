// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* On this program, on its C library, on the vDSO and on what is no ELF file. */
#include "desk.h"

#include "collector/elf_symbols.h"
#include "collector/procfs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

__attribute__((noinline)) int wallflame_test_landmark(int x);
int wallflame_test_landmark(int x)
{
	return x * 3 + 1;
}

/* Where an address of this process comes from. */
struct place {
	uint64_t address;
	uint64_t offset;
	char path[4096];
};

static int match(void *ctx, const struct procfs_mapping *mapping)
{
	struct place *place = ctx;

	if (place->address < mapping->start || place->address >= mapping->end)
		return 0;
	place->offset = place->address - mapping->start + mapping->offset;
	g_strlcpy(place->path, mapping->path, sizeof(place->path));
	return 1;
}

static struct place place_of(uintptr_t address)
{
	struct place place = {.address = address};

	assert_int_equal(procfs__each_mapping(getpid(), getpid(), match, &place), 1);
	return place;
}

static void assert_found(const struct place *place, const char *name)
{
	int fd = open(place->path, O_RDONLY | O_CLOEXEC);
	struct elf_symbols *symbols = elf_symbols__open(place->path, fd);
	uint64_t distance = 77;
	const char *found;
	char *build_id;

	assert_true(fd >= 0);
	close(fd); /* it has its own */
	assert_non_null(symbols);
	found = elf_symbols__find(symbols, place->offset, &distance);
	assert_non_null(found);
	assert_memory_equal(found, name, strlen(name));
	assert_int_equal(distance, 0);
	found = elf_symbols__find(symbols, place->offset + 1, &distance);
	assert_memory_equal(found, name, strlen(name));
	assert_int_equal(distance, 1);
	assert_null(elf_symbols__find(symbols, 1ULL << 50, &distance));
	assert_null(elf_symbols__find(symbols, UINT64_MAX, &distance));
	build_id = elf_symbols__build_id(symbols);
	if (build_id)
		assert_int_equal(strspn(build_id, "0123456789abcdef"), strlen(build_id));
	g_free(build_id);
	elf_symbols__close(symbols);
}

static void own_function(void **state)
{
	struct place place = place_of((uintptr_t)wallflame_test_landmark);

	(void)state;
	assert_int_equal(wallflame_test_landmark(1), 4);
	assert_found(&place, "wallflame_test_landmark");
}

static void function_of_the_c_library(void **state)
{
	struct place place = place_of((uintptr_t)getppid);

	(void)state;
	assert_found(&place, "getppid");
}

/* Walks all offsets: a symbol table knows its functions wherever they are. */
static void function_of_the_vdso(void **state)
{
	struct elf_symbols *symbols = elf_symbols__open_vdso();
	bool seen = false;

	(void)state;
	assert_non_null(symbols);
	for (uint64_t offset = 0; offset < 0x4000; offset++) {
		uint64_t distance;
		const char *name = elf_symbols__find(symbols, offset, &distance);

		seen |= name && strstr(name, "clock_gettime") && distance == 0;
	}
	assert_true(seen);
	elf_symbols__close(symbols);
}

static int memory_file(const void *bytes, size_t size)
{
	int fd = memfd_create("elf", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), size);
	return fd;
}

/* Whatever it is, it is opened and asked; it may not crash or leave a descriptor behind. */
static void try_bytes(const void *bytes, size_t size)
{
	int before = desk__open_files(), fd = memory_file(bytes, size);
	struct elf_symbols *symbols = elf_symbols__open("/hostile", fd);

	close(fd);
	if (symbols) {
		for (uint64_t offset = 0; offset < 0x3000; offset += 61) {
			uint64_t distance;
			const char *name = elf_symbols__find(symbols, offset, &distance);

			assert_true(!name || name[0]);
		}
		g_free(elf_symbols__build_id(symbols));
		elf_symbols__close(symbols);
	}
	assert_int_equal(desk__open_files(), before);
}

static void no_elf_file(void **state)
{
	uint64_t seed = 4;
	static const unsigned char magic[] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
	unsigned char bytes[4096];

	(void)state;
	assert_null(elf_symbols__open("/none", -1));
	try_bytes("", 0);
	try_bytes("\177ELF", 4);
	try_bytes("!<arch>\n", 8);
	try_bytes("\x1f\x8b\x08", 3);
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (unsigned char)desk__random(&seed);
		try_bytes(bytes, sizeof(bytes));
		memcpy(bytes, magic, sizeof(magic));
		try_bytes(bytes, sizeof(bytes));
	}
}

/* The vDSO is a small and whole ELF file: cut it off and flip its bytes. */
static void damaged_elf_file(void **state)
{
	uint64_t seed = 6;
	FILE *maps = fopen("/proc/self/maps", "re");
	unsigned long start = 0, end = 0;
	char line[512];

	(void)state;
	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps))
		if (strstr(line, "[vdso]"))
			assert_int_equal(sscanf(line, "%lx-%lx", &start, &end), 2);
	fclose(maps);
	assert_true(end > start);

	size_t size = end - start;
	unsigned char *whole =
		g_memdup2((const void *)start, size); // NOLINT(performance-no-int-to-ptr)
	unsigned char *bytes = g_malloc(size + 1);

	for (size_t cut = 0; cut < size; cut += 97)
		try_bytes(whole, cut);
	for (int round = 0; round < 300; round++) {
		memcpy(bytes, whole, size);
		for (int i = 0; i < 8; i++) {
			/* The headers are at both ends and in front of most of what matters. */
			size_t room = round % 2 ? 512 : size;

			bytes[desk__random_below(&seed, (int64_t)room)] =
				(unsigned char)desk__random(&seed);
		}
		try_bytes(bytes, size);
	}
	g_free(whole);
	g_free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(own_function),		cmocka_unit_test(function_of_the_c_library),
		cmocka_unit_test(function_of_the_vdso), cmocka_unit_test(no_elf_file),
		cmocka_unit_test(damaged_elf_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
