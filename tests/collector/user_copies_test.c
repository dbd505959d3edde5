// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Copies of user stacks: how far they go, what samples tell of them, and whose they are. */
#include "kernel_twin.h"
#include "ledger_desk.h"

#include "collector/clock_event.h"
#include "collector/perf_sample.h"
#include "collector/perf_stack.h"
#include "collector/perf_user.h"

#include <asm/perf_regs.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define TID 101
#define OTHER 102
#define PAGE ((size_t)4096)

/* Two pages of a pattern with nothing behind them. */
static unsigned char *two_pages(void)
{
	unsigned char *pages =
		mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(pages, MAP_FAILED);
	for (size_t i = 0; i < 2 * PAGE; i++)
		pages[i] = (unsigned char)(i * 7 + i / 256);
	assert_int_equal(munmap(pages + 2 * PAGE, PAGE), 0);
	return pages;
}

static void copies_end_where_the_mapping_does(void **state)
{
	static const size_t froms[] = {0, 8, 1000, PAGE - 8, PAGE, PAGE + 16, 2 * PAGE - 8};
	static const size_t mosts[] = {8, 512, PAGE, PAGE + 8, 2 * PAGE, 3 * PAGE, WF_COPY_BYTES};
	unsigned char *room = g_malloc(TWIN_ROOM_BEFORE + WF_COPY_BYTES + PAGE);
	unsigned char *to = room + TWIN_ROOM_BEFORE, *pages = two_pages();

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(froms); i++)
		for (size_t j = 0; j < G_N_ELEMENTS(mosts); j++) {
			size_t there = 2 * PAGE - froms[i];
			size_t got = twin__copy(to, pages + froms[i], mosts[j]);

			assert_int_equal(got, MIN(there, mosts[j]));
			assert_memory_equal(to, pages + froms[i], got);
		}
	assert_int_equal(munmap(pages, 2 * PAGE), 0);
	assert_int_equal(twin__copy(to, pages + 8, WF_COPY_BYTES), 0);
	g_free(room);
}

static void sends_copy(struct ledger_desk *ledger, uint32_t tid, int64_t at_ns)
{
	struct wf_copy *copy = g_malloc0(sizeof(*copy) + 64);

	copy->type = WF_RECORD_COPY;
	copy->tid = tid;
	copy->tgid = PID;
	copy->time_ns = (uint64_t)at_ns;
	copy->size = 64;
	copy->asked = WF_COPY_BYTES;
	copy->registers[UNWIND_RIP] = 0x401000;
	ledger_desk__record(ledger, copy, sizeof(*copy) + copy->size);
	g_free(copy);
}

static void sends_stack(struct ledger_desk *ledger, uint32_t tid, int64_t at_ns)
{
	struct wf_stack stack = {
		.type = WF_RECORD_STACK,
		.tid = tid,
		.tgid = PID,
		.time_ns = (uint64_t)at_ns,
		.syscall = -1,
		.flags = WF_STACK_COPIED,
		.kernel_frames = 1,
		.frames = {0xffffffff81000010},
	};

	ledger_desk__record(ledger, &stack, sizeof(stack));
}

static void a_copy_is_of_the_stack_that_follows(void **state)
{
	struct ledger_desk *ledger = *state;
	const struct stack_table *stacks = ledger->books.stacks;

	ledger_desk__found(ledger, TID, 'R', -1);
	ledger_desk__found(ledger, OTHER, 'R', -1);
	/* Those of two CPUs, one between the other. */
	sends_copy(ledger, TID, T0_NS + 10);
	sends_copy(ledger, OTHER, T0_NS + 11);
	sends_stack(ledger, TID, T0_NS + 10);
	sends_stack(ledger, OTHER, T0_NS + 11);
	assert_int_equal(stack_table__halves(stacks), 0);
	/* Each is used once. */
	sends_stack(ledger, TID, T0_NS + 10);
	assert_int_equal(stack_table__halves(stacks), 1);
	/* One whose stack was lost is not the next one's. */
	sends_copy(ledger, TID, T0_NS + 20);
	sends_stack(ledger, TID, T0_NS + 30);
	assert_int_equal(stack_table__halves(stacks), 2);
	sends_copy(ledger, TID, T0_NS + 40);
	sends_stack(ledger, TID, T0_NS + 40);
	assert_int_equal(stack_table__halves(stacks), 2);
	/* Of a thread that nobody knows. */
	sends_copy(ledger, 999, T0_NS + 50);
	sends_stack(ledger, 999, T0_NS + 50);
	assert_int_equal(ledger->books.unmatched, 1);
}

/* perf_event_open(2): behind the fixed fields, { abi, regs } and { size, data, dyn_size }. */
#define DATA_WORDS 4
struct record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t time;
	uint32_t cpu, reserved;
	uint64_t abi, registers[UNWIND_REGISTERS];
	uint64_t size, data[DATA_WORDS], used;
};

static struct record new_record(void)
{
	struct record record = {
		.header = {.type = PERF_RECORD_SAMPLE, .size = sizeof(record)},
		.tid = TID,
		.abi = PERF_SAMPLE_REGS_ABI_64,
		.size = sizeof(record.data),
		.data = {0x11, 0x22, 0x33, 0x44},
		.used = 24,
	};

	for (size_t i = 0; i < UNWIND_REGISTERS; i++)
		record.registers[i] = 100 + i;
	return record;
}

static int parse(const struct record *record, struct perf_sample *sample)
{
	return perf_sample__parse(sample, &record->header, PERF_SAMPLE_BASE | PERF_SAMPLE_USER);
}

static void samples_have_registers_and_a_copy(void **state)
{
	/* What stands at a place in the record, as perf numbers its registers: rbx is the second.
	 */
	static const struct {
		size_t place;
		size_t dwarf;
	} some[] = {{0, 0},	     {1, UNWIND_RBX}, {6, UNWIND_RBP}, {7, UNWIND_RSP},
		    {8, UNWIND_RIP}, {9, 8},	      {16, 15}};
	struct perf_event_attr attr = {0};
	struct record record = new_record();
	struct perf_sample sample;

	(void)state;
	perf_user__ask(&attr, 4096);
	assert_int_equal(__builtin_popcountll(attr.sample_regs_user), UNWIND_REGISTERS);
	assert_int_equal(attr.sample_stack_user, 4096);
	assert_int_equal(parse(&record, &sample), 0);
	assert_true(sample.copied);
	for (size_t i = 0; i < G_N_ELEMENTS(some); i++)
		assert_int_equal(sample.copy.registers[some[i].dwarf], 100 + some[i].place);
	assert_int_equal(sample.copy.size, 24);
	assert_memory_equal(sample.copy.bytes, record.data, 24);
	assert_false(sample.copy.cut);
	record.used = sizeof(record.data);
	assert_int_equal(parse(&record, &sample), 0);
	assert_true(sample.copy.cut);
	record.abi = PERF_SAMPLE_REGS_ABI_32;
	assert_int_equal(parse(&record, &sample), 0);
	assert_false(sample.copied);
}

/* At the places of rbx and r12 to r15. */
static void registers_that_are_not_told_are_unknown(void **state)
{
	static const size_t places[] = {1, 13, 14, 15, 16};
	struct record record = new_record();
	struct perf_sample sample;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++) {
		assert_int_equal(parse(&record, &sample), 0);
		assert_int_equal(sample.copy.unknown, 0);
		record.registers[places[i]] = UINT64_MAX;
	}
	assert_int_equal(parse(&record, &sample), 0);
	assert_int_equal(sample.copy.unknown, 1U << UNWIND_RBX | 0xfU << 12);
}

static void kernel_threads_have_none(void **state)
{
	struct record record = new_record();
	struct perf_sample sample;

	(void)state;
	record.abi = PERF_SAMPLE_REGS_ABI_NONE;
	record.registers[0] = 0; /* the size of the stack */
	record.header.size = offsetof(struct record, registers) + sizeof(uint64_t);
	assert_int_equal(parse(&record, &sample), 0);
	assert_false(sample.copied);
}

static void lengths_that_lie_are_refused(void **state)
{
	struct record record = new_record();
	struct perf_sample sample;

	(void)state;
	while (--record.header.size >= sizeof(record.header))
		assert_int_equal(parse(&record, &sample), -EINVAL);
	record = new_record();
	record.used = sizeof(record.data) + 1;
	assert_int_equal(parse(&record, &sample), -EINVAL);
	record = new_record();
	record.size = sizeof(record.data) + 8;
	assert_int_equal(parse(&record, &sample), -EINVAL);
	record.size = UINT64_MAX;
	assert_int_equal(parse(&record, &sample), -EINVAL);
}

static void samples_of_the_clock_keep_what_they_use(void **state)
{
	struct {
		struct perf_event_header header;
		uint64_t ip;
		uint32_t pid, tid;
		uint64_t time, period, chain_length, chain[2];
		uint64_t abi, registers[UNWIND_REGISTERS], size, data[DATA_WORDS], used;
	} record = {
		.header = {.type = PERF_RECORD_SAMPLE, .size = sizeof(record)},
		.pid = PID,
		.tid = TID,
		.time = 1000,
		.period = 7,
		.chain_length = 2,
		.chain = {(uint64_t)PERF_CONTEXT_USER, 0x401000},
		.abi = PERF_SAMPLE_REGS_ABI_64,
		.size = sizeof(record.data),
		.data = {0x11, 0x22},
		.used = 16,
	};
	struct clock_event *event = clock_event__new(&record.header);

	(void)state;
	assert_non_null(event);
	memset(record.chain, 0xff, sizeof(record.chain)); /* the ring goes on */
	assert_int_equal(event->type, CLOCK_SAMPLE);
	assert_int_equal(event->tid, TID);
	assert_int_equal(event->time_ns, 1000);
	assert_int_equal(event->chain_length, 2);
	assert_int_equal(event->chain[1], 0x401000);
	assert_true(event->copied);
	assert_int_equal(event->copy.size, 16);
	assert_memory_equal(event->copy.bytes, record.data, 16);
	g_free(event);
	while (--record.header.size >= sizeof(record.header))
		assert_null(clock_event__new(&record.header));
	record.header.size = sizeof(record);
	record.chain_length = UINT64_MAX;
	assert_null(clock_event__new(&record.header));
}

static void keep(void *ctx, const void *record, size_t size)
{
	g_ptr_array_add(ctx, g_memdup2(record, size));
}

/* A thread that has just left its CPU is drawn with a copy of so many bytes. */
static GPtrArray *draw(GHashTable *walked, size_t bytes)
{
	static const uint64_t chain[] = {(uint64_t)PERF_CONTEXT_KERNEL, 0xffffffff81000010,
					 (uint64_t)PERF_CONTEXT_USER, 0x401000, 0x402000};
	unsigned char *stack = g_malloc0(bytes);
	GPtrArray *records = g_ptr_array_new_with_free_func(g_free);
	const struct perf_sink sink = {.emit = keep, .ctx = records};
	const struct perf_draw how = {.period = 7, .max_chain = 127, .walked = walked};
	struct perf_thread thread = {
		.slot = {.tid = TID, .tgid = PID}, .cpu = PERF_CPU_NONE, .left_ns = 1000};
	struct perf_sample sample = {
		.time_ns = 1000,
		.chain = chain,
		.chain_length = G_N_ELEMENTS(chain),
		.copied = bytes > 0,
		.copy = {.bytes = stack, .size = bytes},
	};

	sample.copy.registers[UNWIND_RIP] = 0x401000;
	assert_true(perf_stack__of_switch(&thread, &sample, &how, &sink));
	g_free(stack);
	return records;
}

static void the_perf_engine_sends_copies_first(void **state)
{
	GHashTable *walked = g_hash_table_new(g_direct_hash, g_direct_equal);
	GPtrArray *records = draw(walked, 2000);
	const struct wf_copy *copy = g_ptr_array_index(records, 0);
	const struct wf_stack *stack = g_ptr_array_index(records, 1);

	(void)state;
	assert_int_equal(records->len, 2);
	assert_int_equal(copy->type, WF_RECORD_COPY);
	assert_int_equal(copy->size, 2000);
	assert_true(copy->asked > copy->size);
	assert_int_equal(copy->registers[UNWIND_RIP], 0x401000);
	assert_int_equal(copy->tid, stack->tid);
	assert_int_equal(copy->time_ns, stack->time_ns);
	assert_int_equal(stack->type, WF_RECORD_STACK);
	assert_int_equal(stack->flags, WF_STACK_COPIED);
	assert_int_equal(stack->kernel_frames, 1);
	assert_int_equal(stack->user_frames, 0);
	g_ptr_array_free(records, TRUE);
	/* Code with frame pointers: they were walked, and the copy is of the leaf. */
	g_hash_table_add(walked, GINT_TO_POINTER(PID));
	records = draw(walked, 2000);
	copy = g_ptr_array_index(records, 0);
	stack = g_ptr_array_index(records, 1);
	assert_int_equal(copy->size, WF_LEAF_BYTES);
	assert_int_equal(copy->asked, copy->size);
	assert_int_equal(stack->flags, WF_STACK_COPIED);
	assert_int_equal(stack->user_frames, 2);
	g_ptr_array_free(records, TRUE);
	/* None was made: as it was walked. */
	records = draw(NULL, 0);
	stack = g_ptr_array_index(records, 0);
	assert_int_equal(records->len, 1);
	assert_int_equal(stack->flags, 0);
	assert_int_equal(stack->user_frames, 2);
	g_ptr_array_free(records, TRUE);
	g_hash_table_destroy(walked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_end_where_the_mapping_does),
		cmocka_unit_test_setup_teardown(a_copy_is_of_the_stack_that_follows,
						ledger_desk__setup, ledger_desk__teardown),
		cmocka_unit_test(samples_have_registers_and_a_copy),
		cmocka_unit_test(registers_that_are_not_told_are_unknown),
		cmocka_unit_test(kernel_threads_have_none),
		cmocka_unit_test(lengths_that_lie_are_refused),
		cmocka_unit_test(samples_of_the_clock_keep_what_they_use),
		cmocka_unit_test(the_perf_engine_sends_copies_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
