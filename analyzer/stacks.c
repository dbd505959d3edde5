// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/stacks.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "analyzer/ids.h"
#include "analyzer/vocabulary.h"

/* Collectors cut stacks long before this; more is damage. */
#define DEPTH_MAX 4096

struct module {
	const char *path;
	enum store_module_kind kind;
};

struct stacks {
	GArray *modules; /* struct module */
	GArray *frames; /* struct frame_row */
	GArray *sets; /* uint64_t, a frame each */
	GArray *facts; /* struct stack_facts, a stack each */
	struct ids module_ids, frame_ids, stack_ids;
	GHashTable *shown; /* index of stack -> its frames */
};

struct loader {
	struct stacks *stacks;
	struct vocabulary *vocabulary;
	GStringChunk *strings;
	char **error;
};

static int on_module(void *ctx, store_id id, const struct store_module *row)
{
	struct loader *loader = ctx;
	struct module module = {g_string_chunk_insert_const(loader->strings, row->path), row->kind};

	g_array_append_val(loader->stacks->modules, module);
	return ids__add(&loader->stacks->module_ids, id, "module", loader->error);
}

static const char *place(struct loader *loader, const struct module *module, uint64_t offset)
{
	const char *slash = module ? strrchr(module->path, '/') : NULL;
	char *text =
		module ? g_strdup_printf("%s+0x%" PRIx64, slash ? slash + 1 : module->path, offset)
		       : g_strdup_printf("0x%" PRIx64, offset);
	const char *kept = g_string_chunk_insert_const(loader->strings, text);

	g_free(text);
	return kept;
}

static int on_frame(void *ctx, store_id id, const struct store_frame *row)
{
	struct loader *loader = ctx;
	struct stacks *stacks = loader->stacks;
	uint32_t at = row->module ? ids__index(&stacks->module_ids, row->module) : NO_ID;
	const struct module *module =
		at == NO_ID ? NULL : &g_array_index(stacks->modules, struct module, at);
	bool named = row->symbol && *row->symbol;
	struct frame_row frame = {.kind = row->kind};
	uint64_t sets = 0;

	if (row->module && !module)
		return ids__damaged(loader->error, "frame", id, "module", row->module);
	frame.name = named ? g_string_chunk_insert_const(loader->strings, row->symbol)
			   : place(loader, module, row->offset);
	if (module)
		frame.module = module->path;
	else if (row->kind == FRAME_KERNEL)
		frame.module = "[kernel]";
	if (named && row->kind != FRAME_NOTE)
		sets = vocabulary__sets(loader->vocabulary, row->symbol, row->kind == FRAME_KERNEL);
	if (row->kind != FRAME_NOTE)
		sets |= row->kind == FRAME_KERNEL ? IN(K_ANY) : IN(U_ANY);
	g_array_append_val(stacks->frames, frame);
	g_array_append_val(stacks->sets, sets);
	return ids__add(&stacks->frame_ids, id, "frame", loader->error);
}

static void push_kernel(struct stack_facts *facts, uint64_t sets)
{
	const uint64_t users = IN(U_ANY) | IN(U_LOCK) | IN(U_PARK) | IN(U_LOCK_BY_PARKING);
	const uint64_t passed = IN(K_TRANSPARENT) | IN(K_PRIMITIVE) | IN(K_HELPER);

	facts->all |= sets;
	if (sets & (IN(K_IRQ) | IN(K_FAULT)))
		facts->context &= users;
	facts->context |= sets;
	if (!(sets & passed)) {
		facts->caller = sets;
		facts->caller_frame = facts->frame;
	}
}

/* Of the functions that lock or park the one nearest to the leaf decides. */
static void push_user(struct stack_facts *facts, uint64_t sets)
{
	if (sets & (IN(U_LOCK) | IN(U_PARK)))
		facts->context &= ~(IN(U_LOCK) | IN(U_PARK));
	facts->context |= sets;
}

static int on_stack(void *ctx, store_id id, const struct store_stack *row)
{
	struct loader *loader = ctx;
	struct stacks *stacks = loader->stacks;
	struct stack_facts facts = {.parent = NO_STACK, .caller_frame = NO_STACK, .depth = 1};
	uint64_t sets;

	if (row->parent) {
		/* Ids rise, so that a parent is always known already and loops cannot be. */
		facts.parent = ids__index(&stacks->stack_ids, row->parent);
		if (facts.parent == NO_ID)
			return ids__damaged(loader->error, "stack", id, "parent", row->parent);
		uint32_t parent = facts.parent;

		facts = g_array_index(stacks->facts, struct stack_facts, parent);
		facts.parent = parent;
		if (++facts.depth > DEPTH_MAX) {
			*loader->error = g_strdup_printf("damaged capture: stack %" PRId64
							 " has more than %d frames",
							 id, DEPTH_MAX);
			return -EUCLEAN;
		}
	}
	facts.id = id;
	facts.frame = ids__index(&stacks->frame_ids, row->frame);
	if (facts.frame == NO_ID)
		return ids__damaged(loader->error, "stack", id, "frame", row->frame);
	sets = g_array_index(stacks->sets, uint64_t, facts.frame);
	if (sets & IN(K_ANY))
		push_kernel(&facts, sets);
	else if (sets & IN(U_ANY))
		push_user(&facts, sets);
	g_array_append_val(stacks->facts, facts);
	return ids__add(&stacks->stack_ids, id, "stack", loader->error);
}

struct stacks *stacks__load(struct store_reader *reader, GStringChunk *strings, int *status,
			    char **error)
{
	struct stacks *stacks = g_new0(struct stacks, 1);
	struct loader loader = {stacks, vocabulary__new(), strings, error};

	stacks->modules = g_array_new(FALSE, FALSE, sizeof(struct module));
	stacks->frames = g_array_new(FALSE, FALSE, sizeof(struct frame_row));
	stacks->sets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	stacks->facts = g_array_new(FALSE, FALSE, sizeof(struct stack_facts));
	stacks->shown = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
	ids__init(&stacks->module_ids);
	ids__init(&stacks->frame_ids);
	ids__init(&stacks->stack_ids);
	*status = store_reader__each_module(reader, on_module, &loader);
	if (!*status)
		*status = store_reader__each_frame(reader, on_frame, &loader);
	if (!*status)
		*status = store_reader__each_stack(reader, on_stack, &loader);
	vocabulary__free(loader.vocabulary);
	if (!*status)
		return stacks;
	stacks__free(stacks);
	return NULL;
}

void stacks__free(struct stacks *stacks)
{
	if (!stacks)
		return;
	g_array_free(stacks->modules, TRUE);
	g_array_free(stacks->frames, TRUE);
	g_array_free(stacks->sets, TRUE);
	g_array_free(stacks->facts, TRUE);
	g_hash_table_destroy(stacks->shown);
	ids__free(&stacks->module_ids);
	ids__free(&stacks->frame_ids);
	ids__free(&stacks->stack_ids);
	g_free(stacks);
}

size_t stacks__count(const struct stacks *stacks)
{
	return stacks->facts->len;
}

uint32_t stacks__index(const struct stacks *stacks, store_id id)
{
	return ids__index(&stacks->stack_ids, id);
}

const struct stack_facts *stacks__no_facts(void)
{
	static const struct stack_facts none = {
		.caller_frame = NO_STACK, .frame = NO_STACK, .parent = NO_STACK};

	return &none;
}

const struct stack_facts *stacks__facts(const struct stacks *stacks, uint32_t index)
{
	if (index >= stacks->facts->len)
		return stacks__no_facts();
	return &g_array_index(stacks->facts, struct stack_facts, index);
}

const char *stacks__frame_name(const struct stacks *stacks, uint32_t frame)
{
	if (frame >= stacks->frames->len)
		return NULL;
	return g_array_index(stacks->frames, struct frame_row, frame).name;
}

uint64_t stacks__frame_sets(const struct stacks *stacks, uint32_t frame)
{
	return frame < stacks->sets->len ? g_array_index(stacks->sets, uint64_t, frame) : 0;
}

const struct frame_row *const *stacks__frames(struct stacks *stacks, store_id id, size_t *count)
{
	uint32_t index = stacks__index(stacks, id);
	const struct stack_facts *facts = stacks__facts(stacks, index);
	const struct frame_row **frames;

	*count = facts->depth;
	if (!facts->depth)
		return NULL;
	frames = g_hash_table_lookup(stacks->shown, GUINT_TO_POINTER(index));
	if (frames)
		return frames;
	frames = g_new(const struct frame_row *, facts->depth);
	g_hash_table_insert(stacks->shown, GUINT_TO_POINTER(index), frames);
	for (size_t i = facts->depth; i-- > 0; facts = stacks__facts(stacks, facts->parent))
		frames[i] = &g_array_index(stacks->frames, struct frame_row, facts->frame);
	return frames;
}
