// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_link.h"

#include "collector/bpf_runs.h"
#include "collector/bpf_share.h"
#include "collector/tracefs.h"

#include "bpf/probe.skel.h"
#include "bpf/wallflame.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <glib.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct probe_link {
	struct probe_bpf *skeleton;
	struct bpf_link *ends[2]; /* of the program at the end first */
};

/* Both objects use one map of these variables. */
#define SAME_PLACE(member)                                                      \
	_Static_assert(offsetof(struct wallflame_bpf__data_shared, member) ==   \
			       offsetof(struct probe_bpf__data_shared, member), \
		       "shared: " #member)
SAME_PLACE(window_start);
SAME_PLACE(window_end);
SAME_PLACE(draw_scale);
SAME_PLACE(draw_floor);
SAME_PLACE(calls_unchecked);
SAME_PLACE(calls_slice);
SAME_PLACE(calls_budget);
SAME_PLACE(inode_waits);
SAME_PLACE(losses);
_Static_assert(sizeof(struct wallflame_bpf__data_shared) == sizeof(struct probe_bpf__data_shared),
	       "shared: as a whole");

/* Attaches the program at the beginning of a call, or the one at its end. */
typedef struct bpf_link *(*attach_fn)(const struct bpf_program *program,
				      const struct probe_hook *hook, bool at_end);

static struct bpf_link *attach_traced(const struct bpf_program *program,
				      const struct probe_hook *hook, bool at_end)
{
	(void)hook;
	(void)at_end;
	return bpf_program__attach_trace(program);
}

static struct bpf_link *attach_kprobe_multi(const struct bpf_program *program,
					    const struct probe_hook *hook, bool at_end)
{
	const char *symbols[] = {hook->place};
	struct bpf_kprobe_multi_opts opts = {
		.sz = sizeof(opts),
		.syms = symbols,
		.cnt = 1,
		.retprobe = at_end,
	};

	return bpf_program__attach_kprobe_multi_opts(program, NULL, &opts);
}

static struct bpf_link *attach_kprobe(const struct bpf_program *program,
				      const struct probe_hook *hook, bool at_end)
{
	return bpf_program__attach_kprobe(program, at_end, hook->place);
}

/* The file that holds the number of an event: of "syscalls:sys_enter_openat", whose end is
 * "syscalls:sys_exit_openat". */
static char *id_path(const char *place, bool at_end)
{
	char **parts = g_strsplit(place, ":", 2);
	char *path = at_end ? g_strdup_printf("events/%s/sys_exit_%s/id", parts[0],
					      parts[1] + strlen("sys_enter_"))
			    : g_strdup_printf("events/%s/%s/id", parts[0], parts[1]);

	g_strfreev(parts);
	return path;
}

/* By tracefs of our own, for libbpf knows it only where it is mounted. */
static struct bpf_link *attach_tracepoint(const struct bpf_program *program,
					  const struct probe_hook *hook, bool at_end)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr)};
	char *path = id_path(hook->place, at_end);
	char *id = tracefs__read(hook->tracefs, path);
	struct bpf_link *link;
	int fd, error = errno;

	g_free(path);
	if (!id) {
		errno = error;
		return NULL;
	}
	attr.config = strtoull(id, NULL, 10);
	g_free(id);
	/* The program runs on every CPU, wherever the event itself is. */
	fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (fd < 0)
		return NULL;
	link = bpf_program__attach_perf_event(program, fd);
	if (!link) {
		error = errno;
		close(fd);
		errno = error;
	}
	return link;
}

struct way {
	const char *begin; /* programs */
	const char *end; /* or NULL */
	attach_fn attach;
};

static const struct way *way_of(const struct probe_hook *hook)
{
	static const struct way pages = {"on_page_added", NULL, attach_tracepoint};
	static const struct way locks = {"on_lock_fentry", "on_lock_fexit", attach_traced};
	static const struct way ways[] = {
		[BACKEND_FENTRY] = {"on_fentry", "on_fexit", attach_traced},
		[BACKEND_KPROBE_MULTI] = {"on_kprobe_multi", "on_kretprobe_multi",
					  attach_kprobe_multi},
		[BACKEND_KPROBE] = {"on_kprobe", "on_kretprobe", attach_kprobe},
		[BACKEND_TRACEPOINT] = {"on_syscall_enter", "on_syscall_exit", attach_tracepoint},
	};
	bool of_pages = hook->backend == BACKEND_TRACEPOINT &&
			hook->probe == WF_PROBE_PAGE_CACHE_FILL;

	if (hook->is_lock_path)
		return &locks;
	return of_pages ? &pages : &ways[hook->backend];
}

static void tell(const struct probe_bpf *skeleton, const struct probe_hook *hook,
		 const struct wallflame_bpf *main)
{
	skeleton->rodata->max_threads = main->rodata->max_threads;
	skeleton->rodata->slice_ns = main->rodata->slice_ns;
	skeleton->rodata->ring_wakeup_bytes = main->rodata->ring_wakeup_bytes;
	skeleton->rodata->max_stack = main->rodata->max_stack;
	skeleton->rodata->probe = hook->probe;
	skeleton->rodata->place = hook->number;
	skeleton->rodata->function = hook->address;
	skeleton->rodata->nests = hook->nests;
	skeleton->rodata->of_inodes = hook->of_inodes;
	skeleton->rodata->lock_flags = hook->lock_flags;
}

/* Only the programs of this way are loaded: the kernel may not know the others. */
static int choose(const struct probe_bpf *skeleton, const struct way *way,
		  const struct probe_hook *hook)
{
	struct bpf_program *program;
	int status = 0;

	bpf_object__for_each_program (program, skeleton->obj) {
		const char *name = bpf_program__name(program);
		bool wanted = !strcmp(name, way->begin) || (way->end && !strcmp(name, way->end));

		bpf_program__set_autoload(program, wanted);
		if (!status && wanted && hook->backend == BACKEND_FENTRY)
			status = bpf_program__set_attach_target(program, 0, hook->place);
	}
	return status;
}

static int attach(struct probe_link *link, const struct way *way, const struct probe_hook *hook)
{
	/* The end first: so no call can begin whose end would not be seen. */
	const char *names[] = {way->end, way->begin};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		const struct bpf_program *program =
			names[i] ? bpf_object__find_program_by_name(link->skeleton->obj, names[i])
				 : NULL;

		if (!program)
			continue;
		link->ends[i] = way->attach(program, hook, i == 0);
		if (!link->ends[i])
			return -errno;
	}
	return 0;
}

int probe_link__attach(struct probe_link **out, const struct probe_hook *hook,
		       const struct wallflame_bpf *main)
{
	struct probe_link *link = g_new0(struct probe_link, 1);
	const struct way *way = way_of(hook);
	int status;

	link->skeleton = probe_bpf__open();
	status = link->skeleton ? 0 : -errno;
	if (!status)
		status = bpf_share__maps(link->skeleton->obj, main);
	if (!status) {
		tell(link->skeleton, hook, main);
		status = choose(link->skeleton, way, hook);
	}
	if (!status)
		status = probe_bpf__load(link->skeleton);
	if (!status)
		status = attach(link, way, hook);
	if (status) {
		probe_link__free(link);
		return status;
	}
	*out = link;
	return 0;
}

void probe_link__free(struct probe_link *link)
{
	if (!link)
		return;
	/* The beginning first, for the same reason as above. */
	for (size_t i = G_N_ELEMENTS(link->ends); i-- > 0;)
		bpf_link__destroy(link->ends[i]);
	probe_bpf__destroy(link->skeleton);
	g_free(link);
}

uint64_t probe_link__missed(const struct probe_link *link)
{
	return bpf_runs__missed(link->skeleton->obj, "", false);
}

void probe_link__add_runs(const struct probe_link *link, struct engine_run_stats *stats)
{
	bpf_runs__add(link->skeleton->obj, stats);
}
