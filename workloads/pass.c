// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "workloads/pass.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "workloads/evict.h"

struct pass pass__new(int fd, size_t size, size_t piece, bool cold)
{
	int64_t pieces = (int64_t)(size / piece);

	return (struct pass){
		.fd = fd,
		.cold = cold,
		.piece = piece,
		.pieces = pieces,
		.next = pieces,
	};
}

int pass__shuffle(struct pass *pass, int64_t seed)
{
	unsigned int random = (unsigned int)seed;

	pass->order = calloc((size_t)pass->pieces, sizeof(*pass->order));
	if (!pass->order)
		return -ENOMEM;
	/* Fisher and Yates, from the front. rand_r() has 31 bits: far more than there are pieces.
	 */
	for (int64_t i = 0; i < pass->pieces; i++) {
		int64_t other = rand_r(&random) % (i + 1);

		pass->order[i] = pass->order[other];
		pass->order[other] = (uint32_t)i;
	}
	return 0;
}

void pass__free(struct pass *pass)
{
	free(pass->order);
	pass->order = NULL;
}

bool pass__over(const struct pass *pass)
{
	return pass->next >= pass->pieces;
}

int pass__again(struct pass *pass)
{
	pass->next = 0;
	/* read(2) begins anew, too. */
	if (lseek(pass->fd, 0, SEEK_SET) < 0)
		return -errno;
	return pass->cold ? evict__drop(pass->fd) : 0;
}

off_t pass__next(struct pass *pass)
{
	int64_t turn = pass->next++;

	return (off_t)(pass->order ? pass->order[turn] : turn) * (off_t)pass->piece;
}
