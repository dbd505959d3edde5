// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_programs.h"

#include "collector/bpf_share.h"

#include "bpf/probe.skel.h"
#include "bpf/wallflame.skel.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

/* As bpf/probe.bpf.c has it. */
#define LICENSE "Dual MIT/GPL"

struct probe_programs {
	const struct wallflame_bpf *main;
	const struct btf *kernel;
	GHashTable *loaded; /* name of the program at the beginning -> struct probe_bpf */
};

typedef struct probe_bpf__rodata constants;

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

static void destroy(gpointer skeleton)
{
	probe_bpf__destroy(skeleton);
}

struct probe_programs *probe_programs__new(const struct wallflame_bpf *main,
					   const struct btf *kernel)
{
	struct probe_programs *programs = g_new0(struct probe_programs, 1);

	programs->main = main;
	programs->kernel = kernel;
	programs->loaded = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, destroy);
	return programs;
}

void probe_programs__free(struct probe_programs *programs)
{
	if (!programs)
		return;
	g_hash_table_destroy(programs->loaded);
	g_free(programs);
}

static void tell(constants *constants, const struct probe_hook *hook,
		 const struct wallflame_bpf *main)
{
	constants->max_threads = main->rodata->max_threads;
	constants->slice_ns = main->rodata->slice_ns;
	constants->ring_wakeup_bytes = main->rodata->ring_wakeup_bytes;
	constants->max_stack = main->rodata->max_stack;
	constants->probe = hook->probe;
	constants->place = hook->number;
	constants->function = hook->address;
	constants->nests = hook->nests;
	constants->of_inodes = hook->of_inodes;
	constants->lock_flags = hook->lock_flags;
}

static bool is_traced(const struct probe_hook *hook)
{
	return hook->backend == BACKEND_FENTRY;
}

/* Only the programs of this way are loaded: the kernel may not know the others. */
static int choose(const struct probe_bpf *skeleton, const struct probe_names *names,
		  const struct probe_hook *hook)
{
	struct bpf_program *program;
	int status = 0;

	bpf_object__for_each_program (program, skeleton->obj) {
		const char *name = bpf_program__name(program);
		bool wanted = !g_strcmp0(name, names->at_begin) || !g_strcmp0(name, names->at_end);

		bpf_program__set_autoload(program, wanted);
		if (!status && wanted && is_traced(hook))
			status = bpf_program__set_attach_target(program, 0, hook->place);
	}
	return status;
}

static int load_object(const struct probe_programs *programs, const struct probe_names *names,
		       const struct probe_hook *hook, struct probe_bpf **out)
{
	struct probe_bpf *skeleton = probe_bpf__open();
	int status = skeleton ? bpf_share__maps(skeleton->obj, programs->main) : -errno;

	if (!status) {
		tell(skeleton->rodata, hook, programs->main);
		status = choose(skeleton, names, hook);
	}
	if (!status)
		status = probe_bpf__load(skeleton);
	if (status)
		probe_bpf__destroy(skeleton);
	*out = status ? NULL : skeleton;
	return status;
}

/* As libbpf makes it: the verifier takes for constant what nobody can change any more. */
static int make_constants(const constants *values)
{
	struct bpf_map_create_opts options = {
		.sz = sizeof(options),
		.map_flags = BPF_F_RDONLY_PROG,
	};
	uint32_t zero = 0;
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe.rodata", sizeof(zero), sizeof(*values),
				 1, &options);
	int status;

	if (map < 0)
		return -errno;
	if (!bpf_map_update_elem(map, &zero, values, BPF_ANY) && !bpf_map_freeze(map))
		return map;
	status = -errno;
	close(map);
	return status;
}

/* Loads of addresses in a map take two instructions (include/uapi/linux/bpf.h,
 * BPF_PSEUDO_MAP_VALUE). */
static void exchange_map(struct bpf_insn *code, size_t count, int from, int to)
{
	for (size_t i = 0; i + 1 < count; i++) {
		if (code[i].code != (BPF_LD | BPF_IMM | BPF_DW))
			continue;
		if (code[i].src_reg == BPF_PSEUDO_MAP_VALUE && code[i].imm == from)
			code[i].imm = to;
		i++;
	}
}

/* The same program for another place. Returns a descriptor or a negative errno. */
static int load_again(const struct probe_programs *programs, const struct probe_bpf *loaded,
		      const struct bpf_program *program, const struct probe_hook *hook)
{
	struct bpf_prog_load_opts options = {
		.sz = sizeof(options),
		.expected_attach_type = bpf_program__expected_attach_type(program),
	};
	size_t count = bpf_program__insn_cnt(program);
	constants values = *loaded->rodata;
	struct bpf_insn *code;
	int map, fd;

	if (is_traced(hook))
		options.attach_btf_id = (uint32_t)btf__find_by_name_kind(
			programs->kernel, hook->place, BTF_KIND_FUNC);
	tell(&values, hook, programs->main);
	map = make_constants(&values);
	if (map < 0)
		return map;
	code = g_memdup2(bpf_program__insns(program), count * sizeof(*code));
	exchange_map(code, count, bpf_map__fd(loaded->maps.rodata), map);
	fd = bpf_prog_load(bpf_program__type(program), bpf_program__name(program), LICENSE, code,
			   count, &options);
	if (fd < 0)
		fd = -errno;
	g_free(code);
	close(map);
	return fd;
}

static int load_or_share(const struct probe_programs *programs, const struct probe_bpf *loaded,
			 bool first, const char *name, const struct probe_hook *hook)
{
	const struct bpf_program *program = bpf_object__find_program_by_name(loaded->obj, name);
	int fd;

	if (!first)
		return load_again(programs, loaded, program, hook);
	fd = fcntl(bpf_program__fd(program), F_DUPFD_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

int probe_programs__load(struct probe_programs *programs, const struct probe_names *names,
			 const struct probe_hook *hook, int fds[PROBE_ENDS])
{
	const char *of_ends[PROBE_ENDS] = {names->at_end, names->at_begin};
	struct probe_bpf *loaded = g_hash_table_lookup(programs->loaded, names->at_begin);
	bool first = !loaded;
	int status = 0;

	if (is_traced(hook) &&
	    btf__find_by_name_kind(programs->kernel, hook->place, BTF_KIND_FUNC) < 0)
		return -ESRCH;
	if (first)
		status = load_object(programs, names, hook, &loaded);
	if (status)
		return status;
	if (first)
		g_hash_table_insert(programs->loaded, (gpointer)names->at_begin, loaded);
	for (int i = 0; !status && i < PROBE_ENDS; i++) {
		if (of_ends[i])
			fds[i] = load_or_share(programs, loaded, first, of_ends[i], hook);
		if (of_ends[i] && fds[i] < 0)
			status = fds[i];
	}
	return status;
}
