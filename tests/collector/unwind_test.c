// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Walks of this process's own stack, beside those of the compiler's runtime library. */
#include "collector/elf_cfi.h"
#include "collector/unwind.h"
#include "collector/unwind_expression.h"
#include "collector/unwind_step.h"

#include <dwarf.h>
#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>
#include <unwind.h>

#include <cmocka.h>

#define DEPTH 64
#define COPIED (64 << 10)

/* The modules of this process, as libdwfl finds them. */
struct own_code {
	Dwfl *dwfl;
	GHashTable *cfi; /* Dwfl_Module -> struct elf_cfi */
	struct unwind_rule rule;
};

static void free_cfi(gpointer data)
{
	elf_cfi__free(data);
}

static struct own_code own_code__new(void)
{
	static char *debug_path;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.debuginfo_path = &debug_path,
	};
	struct own_code code = {.dwfl = dwfl_begin(&callbacks)};

	assert_non_null(code.dwfl);
	assert_int_equal(dwfl_linux_proc_report(code.dwfl, getpid()), 0);
	assert_int_equal(dwfl_report_end(code.dwfl, NULL, NULL), 0);
	code.cfi = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, free_cfi);
	return code;
}

static void own_code__free(struct own_code *code)
{
	g_hash_table_destroy(code->cfi);
	dwfl_end(code->dwfl);
}

static enum unwind_code find(void *ctx, uint64_t place, const struct unwind_rule **rule)
{
	struct own_code *code = ctx;
	Dwfl_Module *module = dwfl_addrmodule(code->dwfl, place);
	struct elf_cfi *cfi;

	if (!module)
		return UNWIND_NOWHERE;
	cfi = g_hash_table_lookup(code->cfi, module);
	if (!cfi) {
		cfi = elf_cfi__new(module);
		g_hash_table_insert(code->cfi, module, cfi);
	}
	*rule = &code->rule;
	switch (elf_cfi__rule(cfi, place, &code->rule)) {
	case 0:
		return UNWIND_BY_RULE;
	case -ENOENT:
		return UNWIND_WITHOUT_RULE;
	default:
		return UNWIND_BAD_RULE;
	}
}

/* What was copied at one moment, and what the runtime library walked then. */
struct moment {
	struct user_copy copy;
	unsigned char bytes[COPIED];
	uint64_t theirs[DEPTH]; /* from the leaf on */
	int their_count;
	uint64_t stack_end;
};

static struct moment *now;

/* The sanitizer has marked parts of the stack as not to be read, and looks into memcpy(). */
static __attribute__((no_sanitize("address"))) void copy_stack(unsigned char *to, uint64_t sp,
							       size_t size)
{
	// NOLINTNEXTLINE(performance-no-int-to-ptr): the stack pointer
	const volatile unsigned char *from = (const volatile unsigned char *)sp;

	for (size_t i = 0; i < size; i++)
		to[i] = from[i];
}

/* In the order of DWARF's numbers: <sys/ucontext.h>, enum of REG_*. */
static void take(const ucontext_t *context)
{
	static const int order[UNWIND_REGISTERS] = {
		REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI, REG_RBP, REG_RSP, REG_R8,
		REG_R9,	 REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
	uint64_t sp = (uint64_t)context->uc_mcontext.gregs[REG_RSP];

	for (int i = 0; i < UNWIND_REGISTERS; i++)
		now->copy.registers[i] = (uint64_t)context->uc_mcontext.gregs[order[i]];
	now->copy.size = MIN(now->stack_end - sp, sizeof(now->bytes));
	now->copy.cut = now->copy.size == sizeof(now->bytes);
	copy_stack(now->bytes, sp, now->copy.size);
	now->copy.bytes = now->bytes;
}

static uint64_t end_of_own_stack(void)
{
	pthread_attr_t attributes;
	void *start;
	size_t size;

	assert_int_equal(pthread_getattr_np(pthread_self(), &attributes), 0);
	assert_int_equal(pthread_attr_getstack(&attributes, &start, &size), 0);
	pthread_attr_destroy(&attributes);
	return (uint64_t)start + size;
}

static _Unwind_Reason_Code keep_theirs(struct _Unwind_Context *context, void *unused)
{
	uint64_t place = _Unwind_GetIP(context);

	(void)unused;
	if (place && now->their_count < DEPTH)
		now->theirs[now->their_count++] = place;
	return _URC_NO_REASON;
}

static __attribute__((noinline)) int innermost(void)
{
	ucontext_t context;

	now->stack_end = end_of_own_stack();
	/* Not backtrace(3), which the sanitizer puts a frame of its own under. */
	_Unwind_Backtrace(keep_theirs, NULL);
	assert_int_equal(getcontext(&context), 0);
	take(&context);
	return now->their_count;
}

static __attribute__((noinline)) int middle(int depth)
{
	char room[512];

	memset(room, depth, sizeof(room));
	return (depth ? middle(depth - 1) : innermost()) + room[depth];
}

static int compare(const void *a, const void *b)
{
	if (!now->their_count)
		middle(3);
	return *(const int *)a - *(const int *)b;
}

/*
 * Both walks give the same addresses, from the second frame on: return addresses, before which the
 * call is, but for frames that were interrupted.
 */
static void same_as_theirs(const struct unwind_stack *ours, int interrupted)
{
	for (int i = 1; i < now->their_count; i++) {
		uint64_t theirs = now->theirs[i];

		if (ours->places[i] == theirs)
			interrupted--;
		else
			assert_int_equal(ours->places[i], theirs - 1);
	}
	assert_int_equal(interrupted, 0);
}

static void *in_qsort(void *unused)
{
	int numbers[] = {3, 1, 2};

	(void)unused;
	qsort(numbers, G_N_ELEMENTS(numbers), sizeof(numbers[0]), compare);
	return NULL;
}

static void on_signal(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	(void)context;
	middle(2);
}

static void *in_handler(void *unused)
{
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO}, old;

	(void)unused;
	sigaction(SIGUSR1, &action, &old);
	raise(SIGUSR1);
	sigaction(SIGUSR1, &old, NULL);
	return NULL;
}

static void walk(void *(*way)(void *), bool in_thread, size_t copied)
{
	uint64_t places[DEPTH];
	struct unwind_stack stack = {.places = places, .room = DEPTH};
	struct own_code code;
	pthread_t thread;

	now = g_new0(struct moment, 1);
	if (in_thread) {
		assert_int_equal(pthread_create(&thread, NULL, way, NULL), 0);
		pthread_join(thread, NULL);
	} else {
		way(NULL);
	}
	code = own_code__new();
	assert_true(now->their_count > 4);
	if (copied < now->copy.size) {
		now->copy.size = copied;
		now->copy.cut = true;
		unwind__walk(&now->copy, find, &code, &stack);
		assert_int_equal(stack.end, UNWIND_TRUNCATED);
		assert_true(stack.count > 1 && stack.count < (size_t)now->their_count);
		now->their_count = (int)stack.count;
	} else {
		unwind__walk(&now->copy, find, &code, &stack);
		assert_int_equal(stack.end, UNWIND_WHOLE);
		assert_int_equal(stack.count, now->their_count);
	}
	/* The signal's return stub and what the signal interrupted. */
	same_as_theirs(&stack, way == in_handler ? 2 : 0);
	own_code__free(&code);
	g_free(now);
}

static void test_through_libc(void **state)
{
	(void)state;
	walk(in_qsort, false, SIZE_MAX);
}

static void test_of_a_thread(void **state)
{
	(void)state;
	walk(in_qsort, true, SIZE_MAX);
}

static void test_through_a_signal_handler(void **state)
{
	(void)state;
	walk(in_handler, true, SIZE_MAX);
	walk(in_handler, false, SIZE_MAX);
}

static void test_short_copy(void **state)
{
	(void)state;
	walk(in_qsort, true, 1400);
}

static void test_no_room(void **state)
{
	uint64_t places[3];
	struct unwind_stack stack = {.places = places, .room = G_N_ELEMENTS(places)};
	struct own_code code;

	(void)state;
	now = g_new0(struct moment, 1);
	in_qsort(NULL);
	code = own_code__new();
	unwind__walk(&now->copy, find, &code, &stack);
	assert_int_equal(stack.end, UNWIND_TRUNCATED);
	assert_int_equal(stack.count, stack.room);
	now->their_count = 3;
	same_as_theirs(&stack, 0);
	own_code__free(&code);
	g_free(now);
}

/* A chain along frame pointers begins behind the callers of functions without a frame. */
static void test_join(void **state)
{
	uint64_t whole[DEPTH], places[DEPTH], chain[DEPTH];
	struct unwind_stack all = {.places = whole, .room = DEPTH};
	struct unwind_stack stack = {.places = places, .room = DEPTH};
	struct own_code code;

	(void)state;
	now = g_new0(struct moment, 1);
	in_qsort(NULL);
	code = own_code__new();
	unwind__walk(&now->copy, find, &code, &all);
	chain[0] = now->copy.registers[UNWIND_RIP];
	/* Not three: middle() has called itself from the same place. */
	for (size_t skipped = 0; skipped < 2; skipped++) {
		size_t count = 1;

		for (size_t i = 1 + skipped; i < all.count; i++)
			chain[count++] = whole[i] + 1;
		unwind__join(&now->copy, chain, count, find, &code, &stack);
		assert_int_equal(stack.end, UNWIND_WHOLE);
		assert_int_equal(stack.count, all.count);
		assert_memory_equal(places, whole, all.count * sizeof(whole[0]));
	}
	own_code__free(&code);
	g_free(now);
}

/* As linkers write it for .plt: 8 more when the place is at or behind the push of a stub. */
static void test_expression_of_a_plt(void **state)
{
	static const struct unwind_op ops[] = {
		{.atom = DW_OP_breg7, .number = 8},
		{.atom = DW_OP_breg16},
		{.atom = DW_OP_lit15},
		{.atom = DW_OP_and},
		{.atom = DW_OP_lit11},
		{.atom = DW_OP_ge},
		{.atom = DW_OP_lit3},
		{.atom = DW_OP_shl},
		{.atom = DW_OP_plus},
	};
	struct unwind_registers registers = {.known = (1U << UNWIND_REGISTERS) - 1};
	struct user_copy copy = {0};
	uint64_t value;

	(void)state;
	registers.value[UNWIND_RSP] = 0x1000;
	registers.value[UNWIND_RIP] = 0x40000a;
	assert_int_equal(
		unwind_expression__value(ops, G_N_ELEMENTS(ops), &registers, 0, &copy, &value), 0);
	assert_int_equal(value, 0x1008);
	registers.value[UNWIND_RIP] = 0x40000b;
	assert_int_equal(
		unwind_expression__value(ops, G_N_ELEMENTS(ops), &registers, 0, &copy, &value), 0);
	assert_int_equal(value, 0x1010);
}

/* gcc's row for the ret of a function with a frame pointer: of rbp it still tells where it was. */
static void test_behind_a_pop(void **state)
{
	static const uint64_t stack[] = {0x401234};
	const struct user_copy copy = {
		.registers = {[UNWIND_RSP] = 0x1000},
		.bytes = (const unsigned char *)stack,
		.size = sizeof(stack),
	};
	const struct unwind_rule rule = {
		.cfa = {.how = UNWIND_REGISTER, .reg = UNWIND_RSP, .offset = 8},
		.registers = {[UNWIND_RIP] = {.how = UNWIND_AT_CFA, .offset = -8},
			      [UNWIND_RSP] = {.how = UNWIND_IS_CFA},
			      [UNWIND_RBP] = {.how = UNWIND_AT_CFA, .offset = -16}},
	};
	struct unwind_registers registers = {.known = (1U << UNWIND_REGISTERS) - 1};

	(void)state;
	registers.value[UNWIND_RSP] = 0x1000;
	registers.value[UNWIND_RBP] = 0x2000;
	assert_int_equal(unwind_step__by_rule(&rule, &copy, &registers), 1);
	assert_int_equal(registers.value[UNWIND_RIP], stack[0]);
	assert_int_equal(registers.value[UNWIND_RSP], 0x1008);
	assert_true(registers.known & 1U << UNWIND_RBP);
	assert_int_equal(registers.value[UNWIND_RBP], 0x2000);
}

static void test_bad_expressions(void **state)
{
	static const struct {
		struct unwind_op ops[2];
		size_t count;
		int status;
	} cases[] = {
		{{{0}}, 0, -EINVAL}, /* no value */
		{{{.atom = DW_OP_plus}}, 1, -EINVAL},
		{{{.atom = DW_OP_lit1}, {.atom = DW_OP_pick, .number = 1}}, 2, -EINVAL},
		{{{.atom = DW_OP_bregx, .number = 77}}, 1, -EINVAL},
		{{{.atom = DW_OP_lit1}, {.atom = DW_OP_deref_size, .number = 9}}, 2, -EINVAL},
		{{{.atom = DW_OP_lit1}, {.atom = DW_OP_deref}}, 2, -ENODATA},
		{{{.atom = DW_OP_lit1}, {.atom = DW_OP_call_ref}}, 2, -EINVAL},
	};
	struct unwind_registers registers = {.known = 1};
	struct user_copy copy = {0};
	uint64_t value;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_int_equal(unwind_expression__value(cases[i].ops, cases[i].count, &registers,
							  0, &copy, &value),
				 cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_through_libc),
		cmocka_unit_test(test_of_a_thread),
		cmocka_unit_test(test_through_a_signal_handler),
		cmocka_unit_test(test_short_copy),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_expression_of_a_plt),
		cmocka_unit_test(test_behind_a_pop),
		cmocka_unit_test(test_bad_expressions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
