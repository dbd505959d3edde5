// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/syscall_bytes.h"

#include "store/model.h"

#include <stddef.h>
#include <sys/syscall.h>

/* arch/x86/entry/syscalls/syscall_32.tbl */
#define COMPAT(nr) (SYSCALL_COMPAT | (nr))

static const int64_t moves_bytes[] = {
	SYS_read,
	SYS_pread64,
	SYS_readv,
	SYS_preadv,
	SYS_preadv2,
	SYS_recvfrom,
	SYS_recvmsg,
	SYS_write,
	SYS_pwrite64,
	SYS_writev,
	SYS_pwritev,
	SYS_pwritev2,
	SYS_sendto,
	SYS_sendmsg,
	SYS_sendfile,
	SYS_splice,
	SYS_tee,
	SYS_vmsplice,
	SYS_copy_file_range,
	SYS_getdents,
	SYS_getdents64,
	SYS_getrandom,
	SYS_mq_timedreceive,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	/* Those of x32 that have numbers of their own: arch/x86/entry/syscalls/syscall_64.tbl. */
	515 /* readv */,
	516 /* writev */,
	517 /* recvfrom */,
	518 /* sendmsg */,
	519 /* recvmsg */,
	532 /* vmsplice */,
	534 /* preadv */,
	535 /* pwritev */,
	539 /* process_vm_readv */,
	540 /* process_vm_writev */,
	546 /* preadv2 */,
	547 /* pwritev2 */,
	COMPAT(3) /* read */,
	COMPAT(4) /* write */,
	COMPAT(141) /* getdents */,
	COMPAT(145) /* readv */,
	COMPAT(146) /* writev */,
	COMPAT(180) /* pread64 */,
	COMPAT(181) /* pwrite64 */,
	COMPAT(187) /* sendfile */,
	COMPAT(220) /* getdents64 */,
	COMPAT(239) /* sendfile64 */,
	COMPAT(280) /* mq_timedreceive */,
	COMPAT(313) /* splice */,
	COMPAT(315) /* tee */,
	COMPAT(316) /* vmsplice */,
	COMPAT(333) /* preadv */,
	COMPAT(334) /* pwritev */,
	COMPAT(347) /* process_vm_readv */,
	COMPAT(348) /* process_vm_writev */,
	COMPAT(355) /* getrandom */,
	COMPAT(369) /* sendto */,
	COMPAT(370) /* sendmsg */,
	COMPAT(371) /* recvfrom */,
	COMPAT(372) /* recvmsg */,
	COMPAT(377) /* copy_file_range */,
	COMPAT(378) /* preadv2 */,
	COMPAT(379) /* pwritev2 */,
};

bool syscall__returns_bytes(int64_t nr)
{
	for (size_t i = 0; i < sizeof(moves_bytes) / sizeof(moves_bytes[0]); i++)
		if (moves_bytes[i] == nr)
			return true;
	return false;
}
