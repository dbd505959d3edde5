/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* A file as a block device: loop(4). */
#ifndef WALLFLAME_WORKLOADS_LOOP_DEVICE_H
#define WALLFLAME_WORKLOADS_LOOP_DEVICE_H

#define LOOP_DEVICE_PATH 32

/*
 * Makes a device of the file, past the page cache (a read would else find there what the file
 * system on the device evicted), and puts its path into `path`. The device is freed when nothing
 * has it open or mounted any more. Returns its descriptor or a negative errno with *error
 * malloc'ed.
 */
int loop_device__open(int backing, char path[LOOP_DEVICE_PATH], char **error);

#endif
