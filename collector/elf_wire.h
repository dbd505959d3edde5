/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * What elf_reader and the process that reads for it say to each other: packets over a
 * SOCK_SEQPACKET socket of one machine, so plain structs. A request at a time. Whoever receives
 * trusts nothing.
 *
 *   OPEN + name, with the file's descriptor  ->  OPENED
 *   RULE + offset                            ->  RULE
 *   NAMES + offsets                          ->  NAMES + names, any number of them; then END
 */
#ifndef WALLFLAME_COLLECTOR_ELF_WIRE_H
#define WALLFLAME_COLLECTOR_ELF_WIRE_H

#include "collector/elf_reader.h"

#include <sys/types.h>

#define ELF_WIRE_PACKET 65536 /* bytes; none is longer */
#define ELF_WIRE_OFFSETS 4096 /* in one request */
#define ELF_WIRE_SYMBOL 32768 /* bytes; a longer one is cut and ends in "[truncated]" */
#define ELF_WIRE_FILE 8192
/* Names of one place; one more than are stored (STORE_INLINE_MAX), which tells that there are more.
 */
#define ELF_WIRE_CHAIN 257
#define ELF_WIRE_BUILD_ID 64 /* bytes */

enum elf_wire_kind {
	ELF_WIRE_OPEN = 1,
	ELF_WIRE_RULE,
	ELF_WIRE_NAMES,
	ELF_WIRE_END,
};

struct elf_wire_request {
	uint32_t kind;
	uint32_t file; /* a number that the client gives */
};

struct elf_wire_reply {
	uint32_t kind;
	int32_t status; /* 0 or a negative errno */
};

struct elf_wire_opened {
	struct elf_wire_reply head;
	uint32_t build_id_size;
	uint32_t has_frame_pointers;
	uint8_t build_id[ELF_WIRE_BUILD_ID];
};

struct elf_wire_rule {
	struct elf_wire_reply head;
	struct unwind_rule rule;
};

/* Before each name; its strings follow, without zeros: the symbol, then the file. */
struct elf_wire_name {
	uint32_t index; /* of the offset, in the request */
	uint32_t level; /* 0: outermost */
	uint32_t count; /* names of this place */
	uint32_t line;
	uint64_t symbol_offset;
	uint32_t symbol_size;
	uint32_t file_size; /* 0: no file */
};

/* Sends one packet, with a descriptor unless it is -1. Returns 0 or a negative errno. */
int elf_wire__send(int socket, const void *bytes, size_t size, int descriptor);
/*
 * Receives one packet, without waiting where `flags` has MSG_DONTWAIT. Returns its size, 0 at the
 * end, or a negative errno: -EMSGSIZE for one that is too long. *descriptor is the caller's to
 * close, or -1; NULL: none is taken.
 */
ssize_t elf_wire__receive(int socket, void *room, size_t size, int flags, int *descriptor);

/* Whether a rule that was received is one at all. */
bool elf_wire__is_rule(const void *bytes);

/* A packet of names that grows. */
struct elf_wire_packet {
	size_t size;
	_Alignas(8) unsigned char bytes[ELF_WIRE_PACKET];
};
/* False: it does not fit any more. */
bool elf_wire__put_name(struct elf_wire_packet *packet, const struct elf_wire_name *head,
			const struct elf_name *name);
/*
 * Takes the name at *at, and moves *at on; its strings get their zeros in `strings`, of
 * ELF_WIRE_SYMBOL + ELF_WIRE_FILE + 2 bytes. False: what stands there is no name.
 */
bool elf_wire__take_name(const struct elf_wire_packet *packet, size_t *at,
			 struct elf_wire_name *head, struct elf_name *name, char *strings);

#endif
