// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/sideband.h"

#include <glib.h>

static void on_mmap(struct process *process, struct modules *modules,
		    const struct clock_event *event)
{
	struct mapping mapping = {
		.start = event->start,
		.end = event->start + event->length,
		.offset = event->offset,
		.from_ns = event->time_ns,
		.to_ns = INT64_MAX,
	};

	mapping.module = modules__of_mapping(modules, process->pid, event->text, event->device,
					     event->inode);
	space__map(process->space, &mapping);
	/* The first file mapped after exec(2) is the program. */
	if (!process->exe && event->inode)
		process->exe = g_strdup(event->text);
}

/* Of that number at that time: when ours has ended, the number may be given to a stranger. */
static struct process *process_at(struct roster *roster, pid_t pid, int64_t time_ns)
{
	struct process *process = roster__process(roster, pid);

	return process && process->end_ns && time_ns > process->end_ns ? NULL : process;
}

void sideband__event(struct roster *roster, struct modules *modules,
		     const struct clock_event *event)
{
	struct process *process = process_at(roster, event->pid, event->time_ns);

	if (event->type == CLOCK_FORK && event->pid != event->parent) {
		if ((!process || process->end_ns) &&
		    process_at(roster, event->parent, event->time_ns))
			roster__born_process(roster, event->pid, event->parent, event->time_ns);
		return;
	}
	if (!process)
		return;
	if (event->type == CLOCK_EXEC) {
		space__leave(process->space);
		process->judged = false;
		g_free(process->exe);
		process->exe = NULL;
	}
	/* Names of threads come with their own records, which know a thread by more than its
	 * number. */
	if ((event->type == CLOCK_EXEC || event->type == CLOCK_COMM) && event->tid == event->pid)
		g_strlcpy(process->comm, event->text, sizeof(process->comm));
	if (event->type == CLOCK_MMAP)
		on_mmap(process, modules, event);
}

struct reading {
	struct process *process;
	struct modules *modules;
};

static int take_mapping(void *ctx, const struct procfs_mapping *found)
{
	const struct reading *reading = ctx;
	struct mapping mapping = {
		.start = found->start,
		.end = found->end,
		.offset = found->offset,
		.to_ns = INT64_MAX,
	};

	mapping.module = modules__of_mapping(reading->modules, reading->process->pid, found->path,
					     found->device, found->inode);
	space__map(reading->process->space, &mapping);
	return 0;
}

int sideband__read_mappings(struct process *process, pid_t tid, struct modules *modules)
{
	struct reading reading = {.process = process, .modules = modules};

	return procfs__each_mapping(process->pid, tid, take_mapping, &reading);
}
