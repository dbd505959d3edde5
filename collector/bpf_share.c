// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/bpf_share.h"

#include "bpf/records.h"
#include "bpf/wallflame.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>

#define SHARED_DATA ".data.shared"

int bpf_share__maps(const struct bpf_object *object, const struct wallflame_bpf *main)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object)
	{
		const char *name = bpf_map__name(map);
		const struct bpf_map *common = bpf_object__find_map_by_name(main->obj, name);
		int status;

		if (bpf_map__is_internal(map) && strcmp(name, SHARED_DATA) != 0)
			continue; /* the object's own variables */
		if (!common)
			continue; /* a table of its own */
		status = bpf_map__reuse_fd(map, bpf_map__fd(common));
		if (status)
			return status;
	}
	return 0;
}
