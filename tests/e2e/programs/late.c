// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* late LIBRARY: burns in early_burn until a signal comes, then in the library's late_burn. */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

static volatile sig_atomic_t go;
static volatile uint64_t sink;

__attribute__((noipa)) void early_burn(void)
{
	for (int i = 0; i < 1000000; i++)
		sink = sink * 2862933555777941757ULL + 3037000493;
}

static void on_signal(int number)
{
	(void)number;
	go = 1;
}

int main(int argc, char **argv)
{
	void (*late_burn)(void);
	void *library;

	signal(SIGUSR1, on_signal);
	while (!go)
		early_burn();
	library = dlopen(argc > 1 ? argv[1] : "", RTLD_NOW);
	late_burn = library ? (void (*)(void))dlsym(library, "late_burn") : NULL;
	if (!late_burn) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	for (;;)
		late_burn();
}
