// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* A Go program's table of functions from anywhere. */
#include "collector/go_table.h"
#include "tests/collector/go_sample.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void ask(const struct go_table *table, uint64_t pc)
{
	struct go_function function;
	const char *file;
	uint32_t line;
	int32_t frame;

	if (!go_table__find(table, pc, &function))
		return;
	if (!*function.name || pc < function.entry || pc >= function.end)
		abort();
	if (go_table__frame_size(table, &function, pc, &frame) && frame < 0)
		abort();
	if (go_table__line(table, &function, pc, &file, &line) && (!*file || !line))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct go_table table;

	if (!go_table__open(&table, bytes, size))
		return 0;
	table.text = go_table__text_offset(&table) ? GO_SAMPLE_TEXT : 0;
	for (uint64_t pc = GO_SAMPLE_TEXT - 8; pc < GO_SAMPLE_TEXT + 0x408; pc += 8)
		ask(&table, pc);
	return 0;
}
