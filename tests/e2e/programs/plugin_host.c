// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* plugin_host LIBRARY: is in the library's plugin_outer until SIGUSR1, unloads it, then idles. */
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

static volatile sig_atomic_t stopped;
static volatile uint64_t sink;

static void on_signal(int number)
{
	stopped = number;
}

__attribute__((noipa)) void play_plugin(void (*outer)(void))
{
	while (!stopped)
		outer();
}

__attribute__((noipa)) void idle(void)
{
	struct timespec time = {.tv_nsec = 3000000};

	nanosleep(&time, NULL);
	sink++;
}

int main(int argc, char **argv)
{
	void *library = dlopen(argc > 1 ? argv[1] : "", RTLD_NOW);
	void (*outer)(void) = library ? (void (*)(void))dlsym(library, "plugin_outer") : NULL;

	if (!outer) {
		fprintf(stderr, "%s\n", dlerror());
		return 1;
	}
	signal(SIGUSR1, on_signal);
	play_plugin(outer);
	if (dlclose(library))
		return 1;
	for (;;)
		idle();
}
