// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Payloads are read where the kernel's own description says, and never past their end. */
#include "desk.h"

#include "collector/perf_format.h"
#include "collector/perf_sample.h"

#include <errno.h>
#include <string.h>

#define COMMON                                                                 \
	"format:\n"                                                            \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

/* As Linux 6.18 describes them, and Linux 5.10, where the comm stood in the payload. */
static const char switch_text[] = "name: sched_switch\nID: 372\n" COMMON
				  "\tfield:char prev_comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
				  "\tfield:pid_t prev_pid;\toffset:24;\tsize:4;\tsigned:1;\n"
				  "\tfield:int prev_prio;\toffset:28;\tsize:4;\tsigned:1;\n"
				  "\tfield:long prev_state;\toffset:32;\tsize:8;\tsigned:1;\n"
				  "\tfield:char next_comm[16];\toffset:40;\tsize:16;\tsigned:0;\n"
				  "\tfield:pid_t next_pid;\toffset:56;\tsize:4;\tsigned:1;\n"
				  "\tfield:int next_prio;\toffset:60;\tsize:4;\tsigned:1;\n\n"
				  "print fmt: \"prev_comm=%s\", REC->prev_comm\n";
static const char runtime_text[] =
	"name: sched_stat_runtime\nID: 363\n" COMMON
	"\tfield:__data_loc char[] comm;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
	"\tfield:u64 runtime;\toffset:16;\tsize:8;\tsigned:0;\n\n"
	"print fmt: \"comm=%s\", __get_str(comm)\n";
static const char old_runtime_text[] = "name: sched_stat_runtime\nID: 290\n" COMMON
				       "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:1;\n"
				       "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
				       "\tfield:u64 runtime;\toffset:32;\tsize:8;\tsigned:0;\n"
				       "\tfield:u64 vruntime;\toffset:40;\tsize:8;\tsigned:0;\n\n"
				       "print fmt: \"comm=%s\", REC->comm\n";

static const struct perf_format_want switch_want = {
	"sched", {"prev_pid", "next_pid", "prev_state", "prev_comm"}, "switch"};
static const struct perf_format_want runtime_want = {"sched", {"pid", "runtime"}, "runtime"};

static void put(unsigned char *raw, size_t offset, const void *value, size_t size)
{
	memcpy(raw + offset, value, size);
}

static void fields_are_where_the_text_says(void **state)
{
	struct perf_formats *formats = perf_formats__new();
	const struct perf_format *format;
	unsigned char raw[64] = {0};
	int16_t id = 372;
	int32_t prev = 4711, next = -1;
	int64_t prev_state = 256;
	char comm[16], shortened[4];

	(void)state;
	assert_int_equal(perf_formats__parse(formats, &switch_want, switch_text, &format), 0);
	assert_int_equal(perf_format__id(format), 372);
	put(raw, 0, &id, sizeof(id));
	put(raw, 8, "full-length-comm", 16); /* without a zero */
	put(raw, 24, &prev, sizeof(prev));
	put(raw, 32, &prev_state, sizeof(prev_state));
	put(raw, 56, &next, sizeof(next));
	assert_ptr_equal(perf_formats__of(formats, raw, sizeof(raw)), format);
	assert_string_equal(perf_format__use(format), "switch");
	assert_ptr_equal(perf_formats__used(formats, switch_want.use), format);
	assert_null(perf_formats__used(formats, runtime_want.use));
	assert_int_equal(perf_format__number(format, 0, raw), 4711);
	assert_int_equal((int64_t)perf_format__number(format, 1, raw), -1);
	assert_int_equal(perf_format__number(format, 2, raw), 256);
	perf_format__text(format, 3, raw, comm, sizeof(comm));
	assert_string_equal(comm, "full-length-com");
	perf_format__text(format, 3, raw, shortened, sizeof(shortened));
	assert_string_equal(shortened, "ful");
	perf_formats__free(formats);
}

static void fields_move_from_kernel_to_kernel(void **state)
{
	static const struct {
		const char *text;
		int16_t id;
		size_t pid_at, runtime_at;
	} kernels[] = {
		{runtime_text, 363, 12, 16},
		{old_runtime_text, 290, 24, 32},
	};

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(kernels); i++) {
		struct perf_formats *formats = perf_formats__new();
		const struct perf_format *format;
		unsigned char raw[64] = {0};
		int32_t pid = 12;
		uint64_t runtime = 0xfedcba9876543210;

		assert_int_equal(
			perf_formats__parse(formats, &runtime_want, kernels[i].text, &format), 0);
		put(raw, 0, &kernels[i].id, sizeof(kernels[i].id));
		put(raw, kernels[i].pid_at, &pid, sizeof(pid));
		put(raw, kernels[i].runtime_at, &runtime, sizeof(runtime));
		assert_ptr_equal(perf_formats__of(formats, raw, sizeof(raw)), format);
		assert_int_equal(perf_format__number(format, 0, raw), 12);
		assert_true(perf_format__number(format, 1, raw) == runtime);
		perf_formats__free(formats);
	}
}

static void what_is_too_short_or_unknown_is_none(void **state)
{
	struct perf_formats *formats = perf_formats__new();
	const struct perf_format *format;
	unsigned char raw[64] = {0};
	int16_t id = 372, stranger = 9;

	(void)state;
	assert_null(perf_formats__of(formats, raw, sizeof(raw)));
	assert_int_equal(perf_formats__parse(formats, &switch_want, switch_text, &format), 0);
	put(raw, 0, &id, sizeof(id));
	assert_ptr_equal(perf_formats__of(formats, raw, 60), format); /* up to next_pid's end */
	for (size_t size = 0; size < 60; size++)
		assert_null(perf_formats__of(formats, raw, size));
	put(raw, 0, &stranger, sizeof(stranger));
	assert_null(perf_formats__of(formats, raw, sizeof(raw)));
	stranger = -1;
	put(raw, 0, &stranger, sizeof(stranger));
	assert_null(perf_formats__of(formats, raw, sizeof(raw)));
	perf_formats__free(formats);
}

static void what_is_not_there_is_told(void **state)
{
	static const struct perf_format_want wanting = {"sched", {"pid", "no_such_field"}, NULL};
	static const char *const broken[] = {"", "name: sched_switch\n", "rubbish", "ID: 12\n",
					     "name: x\nID: -7\nformat:\n\nprint fmt: \"\"\n"};
	struct perf_formats *formats = perf_formats__new();
	const struct perf_format *format;

	(void)state;
	assert_int_equal(perf_formats__parse(formats, &wanting, runtime_text, &format), -ENOENT);
	for (size_t i = 0; i < G_N_ELEMENTS(broken); i++)
		assert_int_equal(perf_formats__parse(formats, &runtime_want, broken[i], &format),
				 -EINVAL);
	perf_formats__free(formats);
	perf_formats__free(NULL);
}

/* perf_event_open(2), PERF_RECORD_SAMPLE. */
struct record {
	struct perf_event_header header;
	uint32_t pid, tid;
	uint64_t time;
	uint32_t cpu, reserved;
	uint64_t words[6];
};

static void samples_are_taken_apart(void **state)
{
	const uint64_t type = PERF_SAMPLE_BASE | PERF_SAMPLE_PERIOD | PERF_SAMPLE_CALLCHAIN |
			      PERF_SAMPLE_RAW;
	struct record record = {
		.header = {.type = PERF_RECORD_SAMPLE, .size = sizeof(record)},
		.pid = 5,
		.tid = 6,
		.time = 7,
		.cpu = 8,
		.words = {99 /* period */, 2 /* frames */, 0x10, 0x20, 12 /* bytes */},
	};
	struct perf_sample sample;

	(void)state;
	assert_int_equal(perf_sample__parse(&sample, &record.header, type), 0);
	assert_int_equal(sample.pid, 5);
	assert_int_equal(sample.tid, 6);
	assert_int_equal(sample.time_ns, 7);
	assert_int_equal(sample.cpu, 8);
	assert_int_equal(sample.chain_length, 2);
	assert_int_equal(sample.chain[1], 0x20);
	assert_int_equal(sample.raw_size, 12);
	assert_ptr_equal(sample.raw, (char *)&record.words[4] + 4);
	assert_int_equal(perf_sample__time(&record.header), 7);
	/* Lengths inside that lead past the end. */
	record.words[4] = 13;
	assert_int_equal(perf_sample__parse(&sample, &record.header, type), -EINVAL);
	record.words[1] = 5;
	assert_int_equal(perf_sample__parse(&sample, &record.header, type), -EINVAL);
	record.words[1] = UINT64_MAX;
	assert_int_equal(perf_sample__parse(&sample, &record.header, type), -EINVAL);
	for (uint16_t size = sizeof(record.header); size < 56; size++) {
		record.header.size = size;
		assert_int_equal(perf_sample__parse(&sample, &record.header, type), -EINVAL);
	}
}

static void other_records_have_the_same_at_their_end(void **state)
{
	struct {
		struct perf_event_header header;
		uint64_t id, lost;
		uint32_t pid, tid;
		uint64_t time;
		uint32_t cpu, reserved;
	} record = {
		.header = {.type = PERF_RECORD_LOST, .size = sizeof(record)},
		.pid = 5,
		.tid = 6,
		.time = 7,
		.cpu = 8,
	};
	struct perf_sample sample;

	(void)state;
	assert_int_equal(perf_sample__parse(&sample, &record.header, PERF_SAMPLE_BASE), 0);
	assert_int_equal(sample.tid, 6);
	assert_int_equal(sample.time_ns, 7);
	assert_int_equal(sample.cpu, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_the_text_says),
		cmocka_unit_test(fields_move_from_kernel_to_kernel),
		cmocka_unit_test(what_is_too_short_or_unknown_is_none),
		cmocka_unit_test(what_is_not_there_is_told),
		cmocka_unit_test(samples_are_taken_apart),
		cmocka_unit_test(other_records_have_the_same_at_their_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
