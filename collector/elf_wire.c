// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_wire.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union control {
	struct cmsghdr head;
	char room[CMSG_SPACE(sizeof(int))];
};

int elf_wire__send(int socket, const void *bytes, size_t size, int descriptor)
{
	struct iovec part = {.iov_base = (void *)bytes, .iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	union control control = {0};
	ssize_t sent;

	if (descriptor >= 0) {
		message.msg_control = control.room;
		message.msg_controllen = sizeof(control.room);
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);

		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &descriptor, sizeof(int));
	}
	do {
		sent = sendmsg(socket, &message, MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

static int descriptor_of(struct msghdr *message)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(message);
	int descriptor = -1;

	if (head && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS &&
	    head->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&descriptor, CMSG_DATA(head), sizeof(int));
	return descriptor;
}

ssize_t elf_wire__receive(int socket, void *room, size_t size, int flags, int *descriptor)
{
	struct iovec part = {.iov_base = room, .iov_len = size};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
	union control control = {0};
	ssize_t got;

	if (descriptor) {
		*descriptor = -1;
		message.msg_control = control.room;
		message.msg_controllen = CMSG_LEN(sizeof(int)); /* room for one */
	}
	do {
		got = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	if (descriptor)
		*descriptor = descriptor_of(&message);
	return message.msg_flags & MSG_TRUNC ? -EMSGSIZE : got;
}

static bool is_place(const struct unwind_place *place, unsigned int ops)
{
	if (place->how == UNWIND_REGISTER || place->how == UNWIND_AT_REGISTER)
		return place->reg < UNWIND_REGISTERS;
	if (place->how == UNWIND_AT_EXPRESSION || place->how == UNWIND_IS_EXPRESSION)
		return place->first <= ops && place->count <= ops - place->first;
	return place->how < UNWIND_REGISTER;
}

bool elf_wire__is_rule(const void *bytes)
{
	const unsigned char *flag =
		(const unsigned char *)bytes + offsetof(struct unwind_rule, signal_frame);
	const struct unwind_rule *rule = bytes;

	/* A bool that is neither must not be read as one. */
	if (*flag > 1 || rule->op_count > UNWIND_OPS || !is_place(&rule->cfa, rule->op_count) ||
	    (rule->cfa.how != UNWIND_REGISTER && rule->cfa.how != UNWIND_IS_EXPRESSION))
		return false;
	for (int i = 0; i < UNWIND_REGISTERS; i++)
		if (!is_place(&rule->registers[i], rule->op_count))
			return false;
	return true;
}

/* The length to send, and whether the end is cut off. */
static size_t length_of(const char *text, size_t most, bool *cut)
{
	size_t length = text ? strnlen(text, most + 1) : 0;

	*cut = length > most;
	return *cut ? most : length;
}

static unsigned char *put_text(unsigned char *to, const char *text, size_t size, bool cut)
{
	static const char mark[] = "[truncated]";

	if (size)
		memcpy(to, text, size);
	if (cut)
		memcpy(to + size - (sizeof(mark) - 1), mark, sizeof(mark) - 1);
	return to + size;
}

bool elf_wire__put_name(struct elf_wire_packet *packet, const struct elf_wire_name *head,
			const struct elf_name *name)
{
	struct elf_wire_name own = *head;
	bool symbol_cut, file_cut;
	unsigned char *to;
	size_t size;

	own.line = name->line;
	own.symbol_offset = name->symbol_offset;
	own.symbol_size = (uint32_t)length_of(name->symbol, ELF_WIRE_SYMBOL, &symbol_cut);
	own.file_size = (uint32_t)length_of(name->file, ELF_WIRE_FILE, &file_cut);
	size = sizeof(own) + own.symbol_size + own.file_size;
	if (size > sizeof(packet->bytes) - packet->size)
		return false;
	to = packet->bytes + packet->size;
	memcpy(to, &own, sizeof(own));
	to = put_text(to + sizeof(own), name->symbol, own.symbol_size, symbol_cut);
	put_text(to, name->file, own.file_size, file_cut);
	packet->size += size;
	return true;
}

static char *take_text(char *to, const unsigned char *from, size_t size)
{
	memcpy(to, from, size);
	to[size] = '\0';
	return to + size + 1;
}

bool elf_wire__take_name(const struct elf_wire_packet *packet, size_t *at,
			 struct elf_wire_name *head, struct elf_name *name, char *strings)
{
	const unsigned char *text;
	char *file;

	if (packet->size - *at < sizeof(*head))
		return false;
	memcpy(head, packet->bytes + *at, sizeof(*head));
	*at += sizeof(*head);
	if (!head->symbol_size || head->symbol_size > ELF_WIRE_SYMBOL ||
	    head->file_size > ELF_WIRE_FILE || head->symbol_offset > INT64_MAX ||
	    (size_t)head->symbol_size + head->file_size > packet->size - *at)
		return false;
	text = packet->bytes + *at;
	*at += head->symbol_size + head->file_size;
	if (memchr(text, '\0', head->symbol_size + head->file_size))
		return false;
	file = take_text(strings, text, head->symbol_size);
	take_text(file, text + head->symbol_size, head->file_size);
	*name = (struct elf_name){
		.symbol = strings,
		.symbol_offset = head->symbol_offset,
		.file = head->file_size ? file : NULL,
		.line = head->line,
	};
	return true;
}
