// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* This process's half: what comes from the other one may be anything, and is checked. */
#include "collector/elf_reader_private.h"

#include "collector/elf_keeper.h"
#include "collector/elf_sandbox.h"
#include "collector/elf_server.h"
#include "collector/elf_vdso.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DEFAULT_LIMIT_NS 10000000000LL
#define DEBUG_DIR "/usr/lib/debug"

static void prepare(const void *ctx)
{
	const struct elf_reader_options *options = ctx;

	if (!options->debuginfod)
		unsetenv("DEBUGINFOD_URLS");
	elf_sandbox__enter(options->debuginfod);
}

static void work(int socket, const void *ctx)
{
	const struct elf_reader_options *options = ctx;

	elf_server__run(socket, options->debug_dir);
}

static void elf_file__free(gpointer data)
{
	struct elf_file *file = data;

	if (file->fd >= 0)
		close(file->fd);
	g_free(file->name);
	g_free(file);
}

int elf_reader__start(struct elf_reader **out, const struct elf_reader_options *options,
		      char **error)
{
	struct elf_reader *reader = g_new0(struct elf_reader, 1);
	struct elf_keeper_work keeper_work = {
		.prepare = prepare,
		.work = work,
		.ctx = &reader->options,
	};
	int status;

	reader->debug_dir = g_strdup(options->debug_dir ? options->debug_dir : DEBUG_DIR);
	reader->options = *options;
	reader->options.debug_dir = reader->debug_dir;
	if (!reader->options.time_limit_ns)
		reader->options.time_limit_ns = DEFAULT_LIMIT_NS;
	reader->socket = -1;
	reader->files = g_ptr_array_new_with_free_func(elf_file__free);
	reader->names = g_array_new(FALSE, FALSE, sizeof(struct elf_name));
	reader->strings = g_string_chunk_new(1 << 12);
	status = elf_keeper__start(&reader->keeper, &keeper_work, error);
	if (status) {
		elf_reader__stop(reader);
		return status;
	}
	reader->wait = (struct elf_wait){
		.keeper = reader->keeper,
		.limit_ns = reader->options.time_limit_ns,
	};
	*out = reader;
	return 0;
}

void elf_reader__stop(struct elf_reader *reader)
{
	if (!reader)
		return;
	elf_keeper__stop(reader->keeper);
	if (reader->socket >= 0)
		close(reader->socket);
	g_ptr_array_free(reader->files, TRUE);
	g_array_free(reader->names, TRUE);
	g_string_chunk_free(reader->strings);
	g_free(reader->debug_dir);
	g_free(reader);
}

int64_t elf_reader__cpu_ns(const struct elf_reader *reader)
{
	return elf_keeper__cpu_ns(reader->keeper);
}

int elf_file__refuse(struct elf_file *file, int status)
{
	struct elf_reader *reader = file->reader;

	file->refused = true;
	if (reader->socket >= 0) {
		close(reader->socket);
		reader->socket = -1;
		elf_keeper__end_worker(reader->keeper);
	}
	return status;
}

int elf_file__receive(struct elf_file *file, const struct elf_wire_reply **out, size_t least)
{
	struct elf_reader *reader = file->reader;
	int status = elf_wait__for(&reader->wait, reader->socket, &file->spent_ns);
	ssize_t size;

	*out = (const struct elf_wire_reply *)reader->packet.bytes;
	if (status)
		return elf_file__refuse(file, status);
	size = elf_wire__receive(reader->socket, reader->packet.bytes, sizeof(reader->packet.bytes),
				 MSG_DONTWAIT, NULL);
	if (size <= 0)
		return elf_file__refuse(file, size ? (int)size : -EPIPE);
	reader->packet.size = (size_t)size;
	if (reader->packet.size < least || (*out)->status > 0)
		return elf_file__refuse(file, -EPROTO);
	return 0;
}

/* One packet that answers a request, of one kind and size. */
static int receive_one(struct elf_file *file, enum elf_wire_kind kind, size_t size)
{
	const struct elf_wire_reply *head;
	int status = elf_file__receive(file, &head, size);

	if (status)
		return status;
	if (head->kind != (uint32_t)kind || file->reader->packet.size != size)
		return elf_file__refuse(file, -EPROTO);
	return head->status;
}

int elf_file__send_request(struct elf_file *file, enum elf_wire_kind kind, const void *rest,
			   size_t size, int fd)
{
	struct elf_wire_request request = {.kind = (uint32_t)kind, .file = file->number};
	struct elf_wire_packet *packet = &file->reader->packet;
	int status;

	memcpy(packet->bytes, &request, sizeof(request));
	memcpy(packet->bytes + sizeof(request), rest, size);
	status = elf_wire__send(file->reader->socket, packet->bytes, sizeof(request) + size, fd);
	return status ? elf_file__refuse(file, status) : 0;
}

static int take_opened(struct elf_file *file)
{
	struct elf_wire_opened opened;

	memcpy(&opened, file->reader->packet.bytes, sizeof(opened));
	if (opened.build_id_size > ELF_WIRE_BUILD_ID)
		return elf_file__refuse(file, -EPROTO);
	for (uint32_t i = 0; i < opened.build_id_size; i++)
		g_snprintf(file->build_id + (size_t)2 * i, 3, "%02x", opened.build_id[i]);
	file->has_frame_pointers = opened.has_frame_pointers == 1;
	return 0;
}

int elf_file__open_in_worker(struct elf_file *file)
{
	struct elf_reader *reader = file->reader;
	int status;

	if (file->refused)
		return -EIO;
	if (reader->socket < 0) {
		reader->socket = elf_keeper__new_worker(reader->keeper);
		if (reader->socket < 0)
			return elf_file__refuse(file, reader->socket);
		reader->worker++;
	}
	if (file->worker == reader->worker)
		return 0;
	status = elf_file__send_request(file, ELF_WIRE_OPEN, file->name, strlen(file->name) + 1,
					file->fd);
	if (!status)
		status = receive_one(file, ELF_WIRE_OPEN, sizeof(struct elf_wire_opened));
	if (!status)
		status = take_opened(file);
	if (!status)
		file->worker = reader->worker;
	/* It could be opened before: it has changed. */
	else if (file->worker)
		file->refused = true;
	return status;
}

struct elf_file *elf_reader__open(struct elf_reader *reader, const char *name, int fd)
{
	int own = fd >= 0 ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
	struct elf_file *file;

	if (own < 0)
		return NULL;
	file = g_new0(struct elf_file, 1);
	file->reader = reader;
	file->number = reader->files->len;
	file->name = g_strdup(strlen(name) < PATH_MAX ? name : "");
	file->fd = own;
	if (elf_file__open_in_worker(file) && !file->refused) {
		elf_file__free(file);
		return NULL;
	}
	g_ptr_array_add(reader->files, file);
	return file;
}

struct elf_file *elf_reader__open_vdso(struct elf_reader *reader)
{
	int fd = elf_vdso__copy();
	struct elf_file *file = elf_reader__open(reader, "[vdso]", fd);

	if (fd >= 0)
		close(fd);
	return file;
}

const char *elf_file__build_id(const struct elf_file *file)
{
	return file->build_id;
}

bool elf_file__has_frame_pointers(const struct elf_file *file)
{
	return file->has_frame_pointers;
}

bool elf_file__is_refused(const struct elf_file *file)
{
	return file->refused;
}

int elf_file__rule(struct elf_file *file, uint64_t offset, struct unwind_rule *out)
{
	const unsigned char *rule =
		file->reader->packet.bytes + offsetof(struct elf_wire_rule, rule);
	int status = elf_file__open_in_worker(file);

	if (!status)
		status = elf_file__send_request(file, ELF_WIRE_RULE, &offset, sizeof(offset), -1);
	if (!status)
		status = receive_one(file, ELF_WIRE_RULE, sizeof(struct elf_wire_rule));
	if (status)
		return status;
	if (!elf_wire__is_rule(rule))
		return elf_file__refuse(file, -EPROTO);
	memcpy(out, rule, sizeof(*out));
	return 0;
}
