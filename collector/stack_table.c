// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/stack_table.h"

#include "collector/recall.h"
#include "collector/user_half.h"

#include <errno.h>
#include <glib.h>
#include <string.h>

struct frame_key {
	const struct module *module; /* NULL: none */
	uint64_t offset;
	const char *symbol; /* interned; NULL: not by name */
};

struct stack_key {
	store_id parent;
	store_id frame;
};

struct stack_table {
	struct store_writer *writer;
	struct modules *modules;
	const struct kallsyms *kallsyms;
	struct user_half *user_half;
	struct recall *recall;
	GHashTable *frames; /* struct frame_key -> id */
	GHashTable *stacks; /* struct stack_key -> id */
	GStringChunk *names;
	int64_t broken;
	int64_t halves;
	int64_t unmapped;
	int64_t cut;
};

/* The multiplier of splitmix64 (Steele, Lea, Flood 2014), to spread keys over a table. */
static guint mix(uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ b * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;

	return (guint)(x >> 32 ^ x);
}

static guint frame_hash(gconstpointer data)
{
	const struct frame_key *key = data;

	return mix((uintptr_t)key->module ^ (uintptr_t)key->symbol, key->offset);
}

static gboolean frame_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct frame_key));
}

static guint stack_hash(gconstpointer data)
{
	const struct stack_key *key = data;

	return mix((uint64_t)key->parent, (uint64_t)key->frame);
}

static gboolean stack_equal(gconstpointer a, gconstpointer b)
{
	return !memcmp(a, b, sizeof(struct stack_key));
}

struct stack_table *stack_table__new(struct store_writer *writer, struct modules *modules,
				     const struct kallsyms *kallsyms)
{
	struct stack_table *table = g_new0(struct stack_table, 1);

	table->writer = writer;
	table->modules = modules;
	table->kallsyms = kallsyms;
	table->user_half = user_half__new(modules);
	table->recall = recall__new();
	table->frames = g_hash_table_new_full(frame_hash, frame_equal, g_free, g_free);
	table->stacks = g_hash_table_new_full(stack_hash, stack_equal, g_free, g_free);
	table->names = g_string_chunk_new(1024);
	return table;
}

void stack_table__free(struct stack_table *table)
{
	if (!table)
		return;
	user_half__free(table->user_half);
	recall__free(table->recall);
	g_hash_table_destroy(table->frames);
	g_hash_table_destroy(table->stacks);
	g_string_chunk_free(table->names);
	g_free(table);
}

/* The id of a frame, made when it is new; frames of files and JITs are named later. */
static store_id intern_frame(struct stack_table *table, const struct frame_key *key,
			     struct module *module, enum store_frame_kind kind,
			     int64_t symbol_offset)
{
	store_id *known = g_hash_table_lookup(table->frames, key);
	struct store_frame row = {
		.kind = kind,
		.module = module ? module->id : 0,
		.offset = key->offset,
		.symbol = key->symbol,
		.symbol_offset = symbol_offset,
	};
	store_id id;
	int status;

	if (known)
		return *known;
	status = store_writer__frame(table->writer, &row, &id);
	if (status)
		return status;
	if (module && kind == FRAME_USER)
		module__add_frame(module, id, key->offset);
	g_hash_table_insert(table->frames, g_memdup2(key, sizeof(*key)),
			    g_memdup2(&id, sizeof(id)));
	return id;
}

static store_id intern_note(struct stack_table *table, const char *text)
{
	struct frame_key key = {.symbol = g_string_chunk_insert_const(table->names, text)};

	return intern_frame(table, &key, NULL, FRAME_NOTE, 0);
}

static store_id intern_kernel(struct stack_table *table, uint64_t address)
{
	const struct kallsyms_symbol *symbol = kallsyms__find(table->kallsyms, address);
	struct module *module =
		modules__of_kernel(table->modules, symbol ? symbol->module : "kernel");
	struct frame_key key = {.module = module, .offset = address};
	int status = modules__use(table->modules, module, 0, 0, 0);

	if (status)
		return status;
	if (symbol)
		key.symbol = symbol->name;
	return intern_frame(table, &key, module, FRAME_KERNEL,
			    symbol ? (int64_t)(address - symbol->address) : 0);
}

static struct mapping *mapping_of(const struct raw_stack *raw, uint64_t address)
{
	return raw->space ? space__find(raw->space, address, raw->time_ns) : NULL;
}

static store_id intern_user(struct stack_table *table, const struct raw_stack *raw,
			    uint64_t address)
{
	struct mapping *mapping = mapping_of(raw, address);
	struct frame_key key = {.offset = address};
	struct module *module;
	int status;

	if (!mapping) {
		table->unmapped++;
		return intern_frame(table, &key, NULL, FRAME_USER, 0);
	}
	module = mapping->module;
	mapping->used = true;
	status = modules__use(table->modules, module, raw->pid, mapping->start, mapping->end);
	if (status)
		return status;
	key.module = module;
	if (module->kind == MODULE_FILE || module->kind == MODULE_VDSO)
		key.offset = address - mapping->start + mapping->offset;
	return intern_frame(table, &key, module, FRAME_USER, 0);
}

/* Puts a frame under `parent`; errors pass through. */
static store_id push(struct stack_table *table, store_id parent, store_id frame)
{
	struct stack_key key = {.parent = parent, .frame = frame};
	struct store_stack row = {.parent = parent, .frame = frame};
	store_id *known, id;
	int status;

	if (parent < 0 || frame < 0)
		return parent < 0 ? parent : frame;
	known = g_hash_table_lookup(table->stacks, &key);
	if (known)
		return *known;
	status = store_writer__stack(table->writer, &row, &id);
	if (status)
		return status;
	g_hash_table_insert(table->stacks, g_memdup2(&key, sizeof(key)),
			    g_memdup2(&id, sizeof(id)));
	return id;
}

#define PATH_TO_PROGRAM 8 /* frames: no kernel so far has more than six */

static bool has_prefix(const struct stack_table *table, uint64_t address,
		       const char *const *prefixes)
{
	const struct kallsyms_symbol *symbol = kallsyms__find(table->kallsyms, address);

	for (; symbol && *prefixes; prefixes++)
		if (g_str_has_prefix(symbol->name, *prefixes))
			return true;
	return false;
}

/* Whether it is a function on the path from a tracepoint or a probe to a program. */
static bool is_ours(const struct stack_table *table, const struct raw_stack *raw, uint64_t address)
{
	static const char *const of_all[] = {
		"bpf_get_stack",  "bpf_trace_run", "__bpf_trace_", "__traceiter_",
		"trace_call_bpf", "__bpf_prog_",   "__bpf_tramp_", NULL};
	static const char *const of_calls[] = {"perf_call_bpf_",    "perf_syscall_",
					       "syscall_trace_",    "kretprobe_",
					       "rethook_",	    "arch_rethook_",
					       "fprobe_",	    "ftrace_",
					       "return_to_handler", NULL};

	return has_prefix(table, address, of_all) ||
	       (raw->of_call && has_prefix(table, address, of_calls));
}

/* What fentry and fexit programs are called from lies on the stack between a function and its
 * caller, and the function itself on both sides of it. */
static bool is_trampoline(const struct stack_table *table, uint64_t address)
{
	static const char *const prefixes[] = {"bpf_trampoline_", NULL};

	return has_prefix(table, address, prefixes);
}

/* Whether the i-th kernel frame is where the program counter stood, not what is returned to. What
 * an interrupt or an exception came upon is: its entry (arch/x86/include/asm/idtentry.h) is no
 * call. */
static bool is_exact(const struct stack_table *table, const struct raw_stack *raw, size_t first,
		     size_t i)
{
	static const char *const entries[] = {"asm_sysvec_", "asm_exc_", "asm_common_interrupt",
					      NULL};

	if (i == first)
		return raw->kernel_leaf_exact;
	return has_prefix(table, raw->kernel[i - 1] - 1, entries);
}

/* Where a return probe has put itself in the caller's place and the unwinder cannot tell whose that
 * was (before Linux 5.15): the address itself, for nothing was called right before it. */
static bool is_return_probe(const struct stack_table *table, uint64_t address)
{
	static const char *const names[] = {"kretprobe_trampoline", "__kretprobe_trampoline",
					    "arch_rethook_trampoline", "return_to_handler", NULL};
	const struct kallsyms_symbol *symbol = kallsyms__find(table->kallsyms, address);

	return symbol && symbol->address == address && g_strv_contains(names, symbol->name);
}

/* A BPF program is ours where a hook has called it: the target has others, on its sockets say. */
static bool is_our_program(const struct stack_table *table, const struct raw_stack *raw, size_t i)
{
	static const char *const prefixes[] = {"bpf_prog_", NULL};

	return i + 1 < raw->kernel_count && has_prefix(table, raw->kernel[i], prefixes) &&
	       is_trampoline(table, raw->kernel[i + 1]);
}

/* Whether a return address is in the function at `start`. */
static bool is_in(const struct stack_table *table, uint64_t address, uint64_t start)
{
	const struct kallsyms_symbol *symbol = kallsyms__find(table->kallsyms, address - 1);

	return symbol && symbol->address == start;
}

static bool is_in_same(const struct stack_table *table, uint64_t address, uint64_t other)
{
	const struct kallsyms_symbol *symbol = kallsyms__find(table->kallsyms, other - 1);

	return symbol && is_in(table, address, symbol->address);
}

/* The i-th kernel frame is there only because the target is looked at. */
static bool is_added(const struct stack_table *table, const struct raw_stack *raw, size_t first,
		     size_t i)
{
	if (is_trampoline(table, raw->kernel[i]))
		return true;
	return i >= first + 2 && is_trampoline(table, raw->kernel[i - 1]) &&
	       is_in_same(table, raw->kernel[i], raw->kernel[i - 2]);
}

/* The number of leaf frames that are ours, not the target's. Programs themselves may have no name.
 */
static size_t own_frames(const struct stack_table *table, const struct raw_stack *raw)
{
	size_t count = MIN(raw->kernel_count, PATH_TO_PROGRAM), own = 0;

	/* The called function becomes the leaf itself. */
	for (size_t i = 0; raw->function && i < count; i++)
		if (is_in(table, raw->kernel[i], raw->function))
			return i + 1;
	for (size_t i = 0; i < count; i++)
		if (is_ours(table, raw, raw->kernel[i]) || is_our_program(table, raw, i))
			own = i + 1;
	return own;
}

/* What a walk that was not whole says of itself, at its root. */
static store_id push_end(struct stack_table *table, enum unwind_end end)
{
	if (end == UNWIND_WHOLE)
		return 0;
	if (end == UNWIND_BROKEN) {
		table->broken++;
		return push(table, 0, intern_note(table, "[broken stack]"));
	}
	table->cut++;
	return push(table, 0, intern_note(table, "[truncated]"));
}

static store_id push_walked(struct stack_table *table, const struct raw_stack *raw, bool *is_empty)
{
	const struct user_raw user = {
		.pid = raw->pid,
		.space = raw->space,
		.time_ns = raw->time_ns,
		.chain = raw->user,
		.chain_count = raw->user_count,
		.chain_cut = raw->user_cut,
		.copy = raw->copy,
	};
	struct unwind_stack stack;
	int status = user_half__walk(table->user_half, &user, &stack);
	store_id at;

	if (status)
		return status;
	*is_empty = !stack.count;
	/* The kernel half alone was too long: there may have been a user half. */
	if (*is_empty && raw->kernel_cut)
		stack.end = UNWIND_TRUNCATED;
	at = push_end(table, stack.end);
	for (size_t i = stack.count; i-- > 0;)
		at = push(table, at, intern_user(table, raw, stack.places[i]));
	/* Of one that was off the CPU: it may come back to that place, and sleep longer. */
	if (raw->copy && raw->space && at > 0 && stack.end == UNWIND_WHOLE &&
	    !raw->kernel_leaf_exact)
		recall__keep(table->recall, raw->space, raw->copy, at);
	return at;
}

static store_id push_user_half(struct stack_table *table, const struct raw_stack *raw,
			       bool *is_empty)
{
	store_id at = 0;

	if (!raw->no_user)
		return push_walked(table, raw, is_empty);
	if (raw->copy && raw->space)
		at = recall__find(table->recall, raw->space, raw->copy);
	*is_empty = !at;
	if (at)
		return push(table, at, intern_note(table, "[user stack as last walked]"));
	table->halves++;
	return push(table, 0, intern_note(table, "[user stack not walked]"));
}

/* By a return probe, before Linux 5.15. */
static const char callers_hidden[] = "[kernel callers not walked]";

store_id stack_table__intern(struct stack_table *table, const struct raw_stack *raw)
{
	size_t first = own_frames(table, raw);
	bool is_empty = true;
	store_id at = push_user_half(table, raw, &is_empty);

	if (raw->kernel_cut && !is_empty) {
		at = push(table, at, intern_note(table, "[truncated]"));
		table->cut++;
	}
	for (size_t i = raw->kernel_count; i-- > first;) {
		bool exact = is_exact(table, raw, first, i);

		if (is_added(table, raw, first, i))
			continue;
		if (is_return_probe(table, raw->kernel[i])) {
			at = push(table, at, intern_note(table, callers_hidden));
			continue;
		}
		at = push(table, at, intern_kernel(table, raw->kernel[i] - (exact ? 0 : 1)));
	}
	if (raw->function && first == raw->kernel_count)
		at = push(table, at, intern_note(table, callers_hidden));
	if (raw->function)
		at = push(table, at, intern_kernel(table, raw->function));
	return at;
}

store_id stack_table__intern_sleep(struct stack_table *table, const struct raw_stack *raw,
				   const char *wchan)
{
	struct module *kernel = modules__of_kernel(table->modules, "kernel");
	struct frame_key key = {.module = kernel};
	store_id at = stack_table__intern(table, raw);
	int status;

	if (at < 0 || !*wchan)
		return at;
	status = modules__use(table->modules, kernel, 0, 0, 0);
	if (status)
		return status;
	key.symbol = g_string_chunk_insert_const(table->names, wchan);
	return push(table, at, intern_frame(table, &key, kernel, FRAME_KERNEL, 0));
}

int64_t stack_table__unmapped(const struct stack_table *table)
{
	return table->unmapped;
}

int64_t stack_table__halves(const struct stack_table *table)
{
	return table->halves;
}

int64_t stack_table__broken(const struct stack_table *table)
{
	return table->broken;
}

int64_t stack_table__cut(const struct stack_table *table)
{
	return table->cut;
}
