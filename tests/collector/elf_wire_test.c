// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* What a worker could send that has been taken over by the file it reads. */
#include "desk.h"

#include "collector/elf_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char strings[ELF_WIRE_SYMBOL + ELF_WIRE_FILE + 2];

static void names_come_back(void **state)
{
	static const struct elf_name names[] = {
		{.symbol = "f", .symbol_offset = 5, .file = "a/b.c", .line = 77},
		{.symbol = "g(int)"},
		{.symbol = "h", .symbol_offset = INT64_MAX, .file = "x", .line = UINT32_MAX},
	};
	struct elf_wire_packet *packet = g_new0(struct elf_wire_packet, 1);
	size_t at = 0;

	(void)state;
	for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct elf_wire_name head = {.index = i, .level = i + 1, .count = 9};

		assert_true(elf_wire__put_name(packet, &head, &names[i]));
	}
	for (uint32_t i = 0; i < G_N_ELEMENTS(names); i++) {
		struct elf_wire_name head;
		struct elf_name name;

		assert_true(elf_wire__take_name(packet, &at, &head, &name, strings));
		assert_int_equal(head.index, i);
		assert_int_equal(head.level, i + 1);
		assert_int_equal(head.count, 9);
		assert_string_equal(name.symbol, names[i].symbol);
		assert_int_equal(name.symbol_offset, names[i].symbol_offset);
		assert_int_equal(name.line, names[i].line);
		if (names[i].file)
			assert_string_equal(name.file, names[i].file);
		else
			assert_null(name.file);
	}
	assert_int_equal(at, packet->size);
	g_free(packet);
}

static void packet_that_is_full(void **state)
{
	struct elf_wire_packet *packet = g_new0(struct elf_wire_packet, 1);
	const struct elf_name name = {.symbol = "0123456789", .file = "abcdef"};
	const struct elf_wire_name head = {.count = 1};
	size_t put = 0;

	(void)state;
	while (elf_wire__put_name(packet, &head, &name))
		put++;
	assert_int_equal(put, ELF_WIRE_PACKET / (sizeof(head) + 16));
	assert_true(packet->size <= ELF_WIRE_PACKET);
	g_free(packet);
}

static void assert_no_name(const struct elf_wire_name *head, const char *text, size_t size)
{
	struct elf_wire_packet *packet = g_new0(struct elf_wire_packet, 1);
	struct elf_wire_name taken;
	struct elf_name name;
	size_t at = 0;

	memcpy(packet->bytes, head, sizeof(*head));
	memcpy(packet->bytes + sizeof(*head), text, size);
	packet->size = sizeof(*head) + size;
	assert_false(elf_wire__take_name(packet, &at, &taken, &name, strings));
	g_free(packet);
}

static void names_that_are_none(void **state)
{
	struct elf_wire_packet *packet = g_new0(struct elf_wire_packet, 1);
	struct elf_wire_name head = {.count = 1, .symbol_size = 3, .file_size = 2};
	struct elf_name name;
	size_t at = 0;

	(void)state;
	assert_no_name(&head, "abc", 3); /* shorter than it says */
	assert_no_name(&head, "a\0cde", 5);
	assert_no_name(&head, "abcd\0", 5);
	head.symbol_size = 0;
	assert_no_name(&head, "ab", 2);
	head.symbol_size = UINT32_MAX;
	assert_no_name(&head, "abcde", 5);
	head.symbol_size = 3;
	head.file_size = UINT32_MAX - 2;
	assert_no_name(&head, "abcde", 5);
	head.file_size = 2;
	head.symbol_offset = UINT64_MAX; /* the capture has no room for it */
	assert_no_name(&head, "abcde", 5);
	packet->size = sizeof(head) - 1;
	assert_false(elf_wire__take_name(packet, &at, &head, &name, strings));
	g_free(packet);
}

static void any_bytes(void **state)
{
	struct elf_wire_packet *packet = g_new0(struct elf_wire_packet, 1);
	uint64_t seed = 21;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct elf_wire_name head;
		struct elf_name name;
		size_t at = 0;

		packet->size = (size_t)desk__random_below(&seed, 400);
		for (size_t i = 0; i < packet->size; i++) {
			uint64_t byte = desk__random(&seed);

			packet->bytes[i] = byte & 0x300 ? 0 : (unsigned char)byte;
		}
		while (at < packet->size &&
		       elf_wire__take_name(packet, &at, &head, &name, strings)) {
			assert_true(*name.symbol && (!name.file || *name.file));
			assert_true(at <= packet->size);
		}
	}
	g_free(packet);
}

static void rules(void **state)
{
	struct unwind_rule rule = {.cfa = {.how = UNWIND_REGISTER, .reg = UNWIND_RSP}};
	unsigned char flag = 2;

	(void)state;
	assert_true(elf_wire__is_rule(&rule));
	rule.cfa.reg = UNWIND_REGISTERS;
	assert_false(elf_wire__is_rule(&rule));
	rule.cfa = (struct unwind_place){.how = UNWIND_AT_CFA};
	assert_false(elf_wire__is_rule(&rule));
	rule.op_count = 3;
	rule.cfa = (struct unwind_place){.how = UNWIND_IS_EXPRESSION, .first = 1, .count = 2};
	assert_true(elf_wire__is_rule(&rule));
	rule.cfa.count = 3;
	assert_false(elf_wire__is_rule(&rule));
	rule.cfa.first = 255;
	assert_false(elf_wire__is_rule(&rule));
	rule.cfa = (struct unwind_place){.how = UNWIND_IS_EXPRESSION, .count = 3};
	rule.registers[3].how = UNWIND_IS_EXPRESSION + 1;
	assert_false(elf_wire__is_rule(&rule));
	rule.registers[3] = (struct unwind_place){.how = UNWIND_AT_REGISTER, .reg = 17};
	assert_false(elf_wire__is_rule(&rule));
	rule.registers[3].reg = 16;
	assert_true(elf_wire__is_rule(&rule));
	rule.op_count = UNWIND_OPS + 1;
	assert_false(elf_wire__is_rule(&rule));
	rule.op_count = UNWIND_OPS;
	memcpy(&rule.signal_frame, &flag, 1);
	assert_false(elf_wire__is_rule(&rule));
}

static void packets(void **state)
{
	int ends[2], fd = dup(0), got = -1;
	char room[8];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	assert_int_equal(elf_wire__send(ends[0], "12345678", 8, fd), 0);
	assert_int_equal(elf_wire__send(ends[0], "123456789", 9, -1), 0);
	assert_int_equal(elf_wire__receive(ends[1], room, sizeof(room), 0, &got), 8);
	assert_true(got >= 0 && got != fd);
	close(got);
	assert_int_equal(elf_wire__receive(ends[1], room, sizeof(room), 0, &got), -EMSGSIZE);
	assert_int_equal(got, -1);
	assert_int_equal(elf_wire__receive(ends[1], room, sizeof(room), MSG_DONTWAIT, NULL),
			 -EAGAIN);
	/* One that is not wanted is not kept. */
	int before = desk__open_files();
	assert_int_equal(elf_wire__send(ends[0], "1", 1, fd), 0);
	assert_int_equal(elf_wire__receive(ends[1], room, sizeof(room), 0, NULL), 1);
	assert_int_equal(desk__open_files(), before);
	close(ends[1]);
	assert_int_equal(elf_wire__send(ends[0], "1", 1, -1), -EPIPE);
	close(ends[0]);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_come_back),
		cmocka_unit_test(packet_that_is_full),
		cmocka_unit_test(names_that_are_none),
		cmocka_unit_test(any_bytes),
		cmocka_unit_test(rules),
		cmocka_unit_test(packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
