// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/relay.h"

#include <errno.h>
#include <glib.h>
#include <sys/socket.h>
#include <unistd.h>

/* More than all numbers of processes that there can be: PID_MAX_LIMIT, include/linux/threads.h. */
#define PAYLOAD_MAX (sizeof(pid_t) << 22)

struct relay {
	int fd;
};

static struct relay *relay__of(int fd)
{
	struct relay *relay = g_new(struct relay, 1);

	relay->fd = fd;
	return relay;
}

int relay__open(struct relay **one, struct relay **other)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	*one = relay__of(ends[0]);
	*other = relay__of(ends[1]);
	return 0;
}

void relay__close(struct relay *relay)
{
	if (!relay)
		return;
	close(relay->fd);
	g_free(relay);
}

int relay__fd(const struct relay *relay)
{
	return relay->fd;
}

static int send_all(int fd, const void *data, size_t size)
{
	while (size) {
		ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);

		if (sent < 0 && errno != EINTR)
			return errno == ECONNRESET ? -EPIPE : -errno;
		if (sent < 0)
			continue;
		data = (const char *)data + sent;
		size -= (size_t)sent;
	}
	return 0;
}

int relay__send(struct relay *relay, const struct relay_message *message, const void *payload)
{
	int status = send_all(relay->fd, message, sizeof(*message));

	return status ? status : send_all(relay->fd, payload, message->size);
}

static int receive_all(int fd, void *data, size_t size)
{
	while (size) {
		ssize_t got = recv(fd, data, size, MSG_WAITALL);

		if (!got)
			return -EPIPE;
		if (got < 0 && errno != EINTR)
			return errno == ECONNRESET ? -EPIPE : -errno;
		if (got < 0)
			continue;
		data = (char *)data + got;
		size -= (size_t)got;
	}
	return 0;
}

int relay__receive(struct relay *relay, struct relay_message *message, void **payload)
{
	char first;
	ssize_t got = recv(relay->fd, &first, 1, MSG_PEEK | MSG_DONTWAIT);
	int status;

	*payload = NULL;
	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	status = receive_all(relay->fd, message, sizeof(*message));
	if (!status && message->size > PAYLOAD_MAX)
		status = -EPROTO;
	if (!status && message->size) {
		*payload = g_malloc(message->size);
		status = receive_all(relay->fd, *payload, message->size);
	}
	if (status) {
		g_free(*payload);
		*payload = NULL;
	}
	return status ? status : 1;
}
