// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_link.h"

#include "collector/bpf_hook.h"
#include "collector/bpf_runs.h"
#include "collector/probe_programs.h"

#include <glib.h>
#include <string.h>
#include <unistd.h>

/* Of each the one at the end of a call first; -1: there is none. */
struct probe_link {
	int programs[PROBE_ENDS];
	int hooks[PROBE_ENDS];
};

/* Attaches the program at the beginning of a call, or the one at its end: a descriptor, or a
 * negative errno. */
typedef int (*attach_fn)(int program, const struct probe_hook *hook, bool at_end);

static int attach_typed(int program, const struct probe_hook *hook, bool at_end)
{
	(void)hook;
	(void)at_end;
	return bpf_hook__typed(program);
}

static int attach_kprobe_multi(int program, const struct probe_hook *hook, bool at_end)
{
	return bpf_hook__kprobe_multi(program, hook->place, at_end);
}

static int attach_kprobe(int program, const struct probe_hook *hook, bool at_end)
{
	return bpf_hook__kprobe(program, hook->place, at_end);
}

/* The end of "syscalls:sys_enter_openat" is "syscalls/sys_exit_openat". */
static int attach_tracepoint(int program, const struct probe_hook *hook, bool at_end)
{
	char **parts = g_strsplit(hook->place, ":", 2);
	char *event = at_end ? g_strdup_printf("%s/sys_exit_%s", parts[0],
					       parts[1] + strlen("sys_enter_"))
			     : g_strdup_printf("%s/%s", parts[0], parts[1]);
	int fd = bpf_hook__tracepoint(program, hook->tracefs, event);

	g_free(event);
	g_strfreev(parts);
	return fd;
}

/* "filemap:mm_filemap_add_to_page_cache" by its own name. */
static int attach_raw_tracepoint(int program, const struct probe_hook *hook, bool at_end)
{
	(void)at_end;
	return bpf_hook__raw_tracepoint(program, strchr(hook->place, ':') + 1);
}

struct way {
	struct probe_names names;
	attach_fn attach;
};

static const struct way *way_of(const struct probe_hook *hook)
{
	static const struct way pages = {{NULL, "on_page_added"}, attach_raw_tracepoint};
	static const struct way locks = {{"on_lock_fexit", "on_lock_fentry"}, attach_typed};
	static const struct way ways[] = {
		[BACKEND_FENTRY] = {{"on_fexit", "on_fentry"}, attach_typed},
		[BACKEND_KPROBE_MULTI] = {{"on_kretprobe_multi", "on_kprobe_multi"},
					  attach_kprobe_multi},
		[BACKEND_KPROBE] = {{"on_kretprobe", "on_kprobe"}, attach_kprobe},
		[BACKEND_TRACEPOINT] = {{"on_syscall_exit", "on_syscall_enter"}, attach_tracepoint},
	};
	bool of_pages = hook->backend == BACKEND_TRACEPOINT &&
			hook->probe == WF_PROBE_PAGE_CACHE_FILL;

	if (hook->is_lock_path)
		return &locks;
	return of_pages ? &pages : &ways[hook->backend];
}

/* The end first: so no call can begin whose end would not be seen. */
static int attach(struct probe_link *link, const struct way *way, const struct probe_hook *hook)
{
	for (int i = 0; i < PROBE_ENDS; i++) {
		if (link->programs[i] < 0)
			continue;
		link->hooks[i] = way->attach(link->programs[i], hook, i == 0);
		if (link->hooks[i] < 0)
			return link->hooks[i];
	}
	return 0;
}

int probe_link__attach(struct probe_link **out, const struct probe_hook *hook,
		       struct probe_programs *programs)
{
	struct probe_link *link = g_new0(struct probe_link, 1);
	const struct way *way = way_of(hook);
	int status;

	*link = (struct probe_link){{-1, -1}, {-1, -1}};
	status = probe_programs__load(programs, &way->names, hook, link->programs);
	if (!status)
		status = attach(link, way, hook);
	if (status) {
		probe_link__free(link);
		return status;
	}
	*out = link;
	return 0;
}

/* The beginning first, for the same reason as above. */
static void close_all(const int fds[PROBE_ENDS])
{
	for (int i = PROBE_ENDS; i-- > 0;)
		if (fds[i] >= 0)
			close(fds[i]);
}

void probe_link__free(struct probe_link *link)
{
	if (!link)
		return;
	close_all(link->hooks);
	close_all(link->programs);
	g_free(link);
}

uint64_t probe_link__missed(const struct probe_link *link)
{
	uint64_t missed = 0;

	for (int i = 0; i < PROBE_ENDS; i++)
		missed += bpf_runs__missed_by(link->programs[i]);
	return missed;
}

void probe_link__add_runs(const struct probe_link *link, struct engine_run_stats *stats)
{
	for (int i = 0; i < PROBE_ENDS; i++)
		bpf_runs__add_of(link->programs[i], stats);
}
