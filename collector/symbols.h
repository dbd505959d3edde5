/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_SYMBOLS_H
#define WALLFLAME_COLLECTOR_SYMBOLS_H

#include "collector/modules.h"
#include "store/writer.h"

struct symbols_result {
	int64_t named;
	int64_t unnamed; /* frames of user code that stay module+0xoffset */
	int64_t refused_files; /* that their reader did not survive, or took too long for */
};

/*
 * Names the user frames of every used module: files and the vDSO by their symbol tables and debug
 * files, with lines and inlined calls; JIT code by its map. Returns 0 or a negative errno of the
 * writer.
 */
int symbols__resolve(struct modules *modules, struct store_writer *writer,
		     struct symbols_result *result);

#endif
