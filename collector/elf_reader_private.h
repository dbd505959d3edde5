/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* What the two parts of elf_reader share. Functions return 0 or a negative errno. */
#ifndef WALLFLAME_COLLECTOR_ELF_READER_PRIVATE_H
#define WALLFLAME_COLLECTOR_ELF_READER_PRIVATE_H

#include "collector/elf_wait.h"
#include "collector/elf_wire.h"

#include <glib.h>

struct elf_reader {
	struct elf_reader_options options;
	char *debug_dir;
	struct elf_keeper *keeper;
	struct elf_wait wait;
	int socket; /* the worker's; -1: there is none now */
	uint32_t worker; /* how many there were */
	GPtrArray *files; /* struct elf_file */
	struct elf_wire_packet packet; /* the last that came */
	GArray *names; /* struct elf_name, of one place */
	GStringChunk *strings; /* theirs */
	char room[ELF_WIRE_SYMBOL + ELF_WIRE_FILE + 2];
};

struct elf_file {
	struct elf_reader *reader;
	uint32_t number;
	char *name;
	int fd;
	uint32_t worker; /* that has it open; 0: none */
	int64_t spent_ns; /* of its time limit */
	bool refused;
	bool has_frame_pointers;
	char build_id[2 * ELF_WIRE_BUILD_ID + 1];
};

/* Sees to it that a worker has the file open. */
int elf_file__open_in_worker(struct elf_file *file);
int elf_file__send_request(struct elf_file *file, enum elf_wire_kind kind, const void *rest,
			   size_t size, int fd);
/* The next packet, of that size at least: it stays in the reader, *out is its beginning. */
int elf_file__receive(struct elf_file *file, const struct elf_wire_reply **out, size_t least);
/* Whatever state the worker is in: the next file gets another one. Passes `status` on. */
int elf_file__refuse(struct elf_file *file, int status);

#endif
