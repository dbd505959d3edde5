/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* System calls as they were counted in moments. */
#ifndef WALLFLAME_ANALYZER_CALL_FACTS_H
#define WALLFLAME_ANALYZER_CALL_FACTS_H

#include <glib.h>

#include "analyzer/ids.h"
#include "store/reader.h"

/* What was counted of one system call of a process in a moment. */
struct call_fact {
	uint32_t moment; /* index in call_facts.lengths; these rise */
	uint32_t process;
	int32_t syscall;
	int64_t calls;
	int64_t errors;
	int64_t bytes; /* -1: it returns none */
	int64_t whole;
	int64_t ns;
};

struct call_facts {
	bool told; /* how they were counted; false: the capture is older */
	int64_t added_ns; /* -1: not known */
	const char *note; /* NULL: they were */
	GArray *lengths; /* int64_t, ns of a moment each */
	GArray *rows; /* struct call_fact */
};

/* 0 or a negative errno, with *error set unless it is the reader's. */
int call_facts__read(struct call_facts *facts, const struct ids *processes, GStringChunk *strings,
		     struct store_reader *reader, char **error);
void call_facts__free(struct call_facts *facts);

#endif
