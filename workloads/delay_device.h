/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A block device of known latency: device-mapper's delay target. */
#ifndef WALLFLAME_WORKLOADS_DELAY_DEVICE_H
#define WALLFLAME_WORKLOADS_DELAY_DEVICE_H

#include <stdint.h>

#define DELAY_DEVICE_PATH 32

/*
 * Makes a device that does what `device` (of `size` bytes) does, but each read and write `delay_ms`
 * later, and puts its path into `path`. It goes when nothing has it open or mounted any more.
 * Returns its descriptor or a negative errno with *error malloc'ed.
 */
int delay_device__open(const char *device, int64_t size, int64_t delay_ms,
		       char path[DELAY_DEVICE_PATH], char **error);

#endif
