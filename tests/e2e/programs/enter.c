// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * enter ROOT PROGRAM [ARGUMENT...]: what a container's runtime does last. ROOT, a mount of this
 * mount namespace, becomes its root, the old one goes away, and PROGRAM runs.
 */
#include <stdio.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	if (argc < 3)
		return 2;
	if (chdir(argv[1]) || syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) ||
	    chdir("/"))
		perror("enter");
	else
		execv(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}
