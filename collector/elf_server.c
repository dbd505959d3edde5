// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/elf_server.h"

#include "collector/elf_cfi.h"
#include "collector/elf_names.h"
#include "collector/elf_wire.h"

#include <errno.h>
#include <glib.h>
#include <string.h>
#include <unistd.h>

#define HEAVY (512U << 20) /* bytes of line tables: then what has been read is left */

struct file {
	int fd;
	char *name;
	struct elf_image *image;
	struct elf_cfi *cfi; /* NULL: not asked for yet */
	struct elf_go *go; /* NULL: it is none of Go */
};

/* Names want much more memory than rules: they have an image of their own, one at a time. */
struct naming {
	const struct file *file; /* NULL: none */
	struct elf_image *image;
	struct elf_go *go;
	struct elf_names *names;
};

struct server {
	int socket;
	const char *debug_dir;
	GHashTable *files; /* number -> struct file */
	struct naming naming;
	struct elf_wire_packet packet;
};

static void file__free(gpointer data)
{
	struct file *file = data;

	elf_cfi__free(file->cfi);
	elf_go__free(file->go);
	elf_image__close(file->image);
	close(file->fd);
	g_free(file->name);
	g_free(file);
}

/* The descriptor is taken. */
static int open_file(struct server *server, uint32_t number, const char *name, int fd)
{
	struct elf_wire_opened reply = {.head = {.kind = ELF_WIRE_OPEN}};
	struct elf_image *image = elf_image__open(name, fd, server->debug_dir);
	const unsigned char *id;
	GElf_Addr address;
	struct file *file;
	int size;

	if (!image) {
		if (fd >= 0)
			close(fd);
		reply.head.status = -ENOEXEC;
		return elf_wire__send(server->socket, &reply, sizeof(reply), -1);
	}
	file = g_new(struct file, 1);
	*file = (struct file){
		.fd = fd,
		.name = g_strdup(name),
		.image = image,
		.go = elf_go__new(image),
	};
	g_hash_table_replace(server->files, GUINT_TO_POINTER(number), file);
	size = dwfl_module_build_id(elf_image__module(image), &id, &address);
	if (size > 0 && size <= ELF_WIRE_BUILD_ID) {
		reply.build_id_size = (uint32_t)size;
		memcpy(reply.build_id, id, reply.build_id_size);
	}
	reply.has_frame_pointers = elf_image__is_x86_64(image) && elf_go__made(image);
	return elf_wire__send(server->socket, &reply, sizeof(reply), -1);
}

static int find_rule(struct file *file, uint64_t offset, struct unwind_rule *rule)
{
	uint64_t address;
	int status;

	if (!elf_image__is_x86_64(file->image) ||
	    !elf_image__address(file->image, offset, &address))
		return -ENOENT;
	/* Of its own code it knows where the stack is switched, which call frame tables do not. */
	if (file->go) {
		status = elf_go__rule(file->go, address, rule);
		if (status != -ESRCH)
			return status;
	}
	if (!file->cfi)
		file->cfi = elf_cfi__new(elf_image__module(file->image));
	return elf_cfi__rule(file->cfi, address, rule);
}

static int answer_rule(struct server *server, struct file *file, const uint64_t *offsets,
		       size_t count)
{
	struct elf_wire_rule reply = {.head = {.kind = ELF_WIRE_RULE}};

	reply.head.status = count == 1 ? find_rule(file, offsets[0], &reply.rule) : -EINVAL;
	return elf_wire__send(server->socket, &reply, sizeof(reply), -1);
}

static void leave_names(struct naming *naming)
{
	elf_names__free(naming->names);
	elf_go__free(naming->go);
	elf_image__close(naming->image);
	*naming = (struct naming){0};
}

static bool open_names(struct server *server, const struct file *file)
{
	struct naming *naming = &server->naming;

	if (naming->file == file && elf_names__weight(naming->names) < HEAVY)
		return true;
	leave_names(naming);
	naming->image = elf_image__open(file->name, file->fd, server->debug_dir);
	if (!naming->image)
		return false;
	naming->file = file;
	naming->go = elf_go__new(naming->image);
	naming->names = elf_names__new(naming->image, naming->go);
	return true;
}

static void begin_packet(struct server *server)
{
	struct elf_wire_reply head = {.kind = ELF_WIRE_NAMES};

	memcpy(server->packet.bytes, &head, sizeof(head));
	server->packet.size = sizeof(head);
}

static int send_packet(struct server *server)
{
	int status = 0;

	if (server->packet.size > sizeof(struct elf_wire_reply))
		status = elf_wire__send(server->socket, server->packet.bytes, server->packet.size,
					-1);
	begin_packet(server);
	return status;
}

static int send_names(struct server *server, uint32_t index, const struct elf_name *names,
		      size_t count)
{
	struct elf_wire_name head = {.index = index, .count = (uint32_t)count};
	int status = 0;

	for (; !status && head.level < count; head.level++) {
		const struct elf_name *name = &names[head.level];

		if (elf_wire__put_name(&server->packet, &head, name))
			continue;
		/* In an empty one there is room for any. */
		status = send_packet(server);
		if (!status)
			elf_wire__put_name(&server->packet, &head, name);
	}
	return status;
}

static int answer_names(struct server *server, struct file *file, const uint64_t *offsets,
			size_t count)
{
	struct elf_wire_reply end = {.kind = ELF_WIRE_END};
	int status = 0;

	begin_packet(server);
	if (!open_names(server, file))
		end.status = -ENOEXEC;
	for (size_t i = 0; !status && !end.status && i < count; i++) {
		const struct elf_name *names;
		size_t found = 0;
		uint64_t address;

		if (!elf_image__address(server->naming.image, offsets[i], &address))
			continue;
		names = elf_names__find(server->naming.names, address, &found);
		status = send_names(server, (uint32_t)i, names, MIN(found, ELF_WIRE_CHAIN));
	}
	if (!status)
		status = send_packet(server);
	return status ? status : elf_wire__send(server->socket, &end, sizeof(end), -1);
}

/* What may be asked of a file that is open. */
static int (*const answers[])(struct server *, struct file *, const uint64_t *, size_t) = {
	[ELF_WIRE_RULE] = answer_rule,
	[ELF_WIRE_NAMES] = answer_names,
};

/* Returns 0, or a negative errno: then nobody is there any more, or talks nonsense. */
static int answer(struct server *server, const unsigned char *bytes, size_t size, int fd)
{
	uint64_t offsets[ELF_WIRE_OFFSETS];
	struct elf_wire_request request;
	struct file *file;

	if (size < sizeof(request))
		return -EPROTO;
	memcpy(&request, bytes, sizeof(request));
	bytes += sizeof(request);
	size -= sizeof(request);
	if (request.kind == ELF_WIRE_OPEN) {
		if (!memchr(bytes, '\0', size))
			return -EPROTO;
		return open_file(server, request.file, (const char *)bytes, fd);
	}
	file = g_hash_table_lookup(server->files, GUINT_TO_POINTER(request.file));
	if (request.kind >= G_N_ELEMENTS(answers) || !answers[request.kind] || !file ||
	    size > sizeof(offsets) || size % sizeof(offsets[0]))
		return -EPROTO;
	memcpy(offsets, bytes, size);
	return answers[request.kind](server, file, offsets, size / sizeof(offsets[0]));
}

void elf_server__run(int socket, const char *debug_dir)
{
	struct server *server = g_new0(struct server, 1);
	unsigned char *bytes = g_malloc(ELF_WIRE_PACKET);
	ssize_t size;
	int fd;

	server->socket = socket;
	server->debug_dir = debug_dir;
	server->files = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, file__free);
	do {
		size = elf_wire__receive(socket, bytes, ELF_WIRE_PACKET, 0, &fd);
	} while (size > 0 && !answer(server, bytes, (size_t)size, fd));
	leave_names(&server->naming);
	g_hash_table_destroy(server->files);
	g_free(bytes);
	g_free(server);
}
