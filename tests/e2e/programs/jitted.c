// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * jitted MAP: makes machine code as a JIT compiler does, with frame pointers and no other way to
 * unwind it, and is in it for good. Its functions are jit_outer and jit_inner, which burns and
 * naps. MAP "own" writes their names to /tmp/perf-PID.map, PID as this process knows it.
 * "foreign" also gives that file to another user, "link" makes it a symbolic link.
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define OWN __attribute__((noipa))
#define OUTER_BYTES 11

/* Calls the function that it is given in rdi, from the second of two functions. */
static const unsigned char code[] = {
	0x55, /* jit_outer: push %rbp */
	0x48, 0x89, 0xe5, /* mov %rsp,%rbp */
	0xe8, 0x02, 0x00, 0x00, 0x00, /* call jit_inner */
	0x5d, /* pop %rbp */
	0xc3, /* ret */
	0x55, /* jit_inner: push %rbp */
	0x48, 0x89, 0xe5, /* mov %rsp,%rbp */
	0xb9, 0x40, 0x42, 0x0f, 0x00, /* mov $1000000,%ecx */
	0x83, 0xe9, 0x01, /* sub $1,%ecx */
	0x75, 0xfb, /* jne: to the sub */
	0xff, 0xd7, /* call *%rdi */
	0x5d, /* pop %rbp */
	0xc3, /* ret */
};

static volatile uint64_t sink;

OWN void nap(void)
{
	struct timespec time = {.tv_nsec = 2000000};

	nanosleep(&time, NULL);
	sink++;
}

OWN void run(void (*jit_outer)(void (*)(void)))
{
	jit_outer(nap);
	sink++;
}

static int write_map(const char *how, uintptr_t start)
{
	char path[64], target[80];
	FILE *file;

	snprintf(path, sizeof(path), "/tmp/perf-%d.map", (int)getpid());
	snprintf(target, sizeof(target), "%s.target", path);
	file = fopen(!strcmp(how, "link") ? target : path, "w");
	if (!file)
		return -1;
	fprintf(file, "%lx %x jit_outer\n%lx %zx jit_inner\n", start, OUTER_BYTES,
		start + OUTER_BYTES, sizeof(code) - OUTER_BYTES);
	if (fclose(file))
		return -1;
	if (!strcmp(how, "foreign"))
		return chown(path, 12345, 12345);
	return strcmp(how, "link") ? 0 : symlink(target, path);
}

int main(int argc, char **argv)
{
	void *room = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (argc != 2 || room == MAP_FAILED)
		return 1;
	memcpy(room, code, sizeof(code));
	if (mprotect(room, 4096, PROT_READ | PROT_EXEC) || write_map(argv[1], (uintptr_t)room))
		return 1;
	for (;;)
		run((void (*)(void (*)(void)))room);
}
