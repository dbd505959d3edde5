// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/probe_points.h"

#include <stddef.h>

#define FUNCTION(...)                    \
	{                                \
		.names = { __VA_ARGS__ } \
	}
#define INLINED(...)                                    \
	{                                               \
		.names = {__VA_ARGS__}, .inlined = true \
	}
#define FUNCTIONS(...)                      \
	(const struct probe_function[])     \
	{                                   \
		__VA_ARGS__, FUNCTION(NULL) \
	}
#define NAMES(...)                \
	(const char *const[])     \
	{                         \
		__VA_ARGS__, NULL \
	}

static const struct probe_point points[WF_PROBES] = {
	[WF_PROBE_OPENAT] =
		{
			.name = "openat",
			.meaning = "opening a file by its path",
			.functions = FUNCTIONS(FUNCTION("do_sys_openat2")),
			.tracing = TRACED_SYSCALLS,
			.tracepoints = NAMES("syscalls:sys_enter_openat", "syscalls:sys_enter_open",
					     "syscalls:sys_enter_openat2",
					     "syscalls:sys_enter_creat"),
			.fallback = "stacks under it and sleeps in the open system calls",
		},
	[WF_PROBE_FD_ALLOC] =
		{
			.name = "fd-alloc",
			.meaning = "finding a free file descriptor, growing the table",
			.functions = FUNCTIONS(FUNCTION("alloc_fd", "__alloc_fd"),
					       FUNCTION("expand_files")),
			.tracepoints = NAMES(NULL),
			.fallback = "stacks under it",
		},
	[WF_PROBE_FUTEX_WAIT] =
		{
			.name = "futex-wait",
			.meaning = "sleeping in futex(2)",
			.functions = FUNCTIONS(FUNCTION("futex_do_wait", "futex_wait_queue",
							"futex_wait_queue_me")),
			.tracepoints = NAMES(NULL),
			.fallback = "the ledger's spans slept in the futex system calls",
		},
	[WF_PROBE_INODE_LOCK] =
		{
			.name = "inode-lock",
			.meaning = "taking an inode's i_rwsem",
			.functions =
				FUNCTIONS(FUNCTION("down_write"), FUNCTION("down_write_killable"),
					  FUNCTION("down_read"), FUNCTION("down_read_killable"),
					  FUNCTION("down_read_interruptible"),
					  /* Of their own only with CONFIG_DEBUG_LOCK_ALLOC
					   * (include/linux/rwsem.h). */
					  FUNCTION("down_write_nested"),
					  FUNCTION("down_write_killable_nested"),
					  FUNCTION("down_read_nested"),
					  FUNCTION("down_read_killable_nested")),
			.of_inodes = true,
			.tracing = TRACED_WAITS,
			.tracepoints = NAMES("lock:contention_begin"),
			.fallback = "stacks under the rwsem functions called by the VFS",
		},
	[WF_PROBE_DPUT] =
		{
			.name = "dput",
			.meaning = "dropping a reference to a directory entry",
			.functions = FUNCTIONS(FUNCTION("dput"), FUNCTION("dput_to_list")),
			.nests = true,
			.tracepoints = NAMES(NULL),
			.fallback = "stacks under it",
		},
	[WF_PROBE_PAGE_CACHE_FILL] =
		{
			.name = "page-cache-fill",
			.meaning = "bringing pages of files into memory",
			.functions = FUNCTIONS(
				FUNCTION("page_cache_sync_ra", "page_cache_sync_readahead"),
				FUNCTION("page_cache_async_ra", "page_cache_async_readahead"),
				FUNCTION("page_cache_ra_unbounded"),
				FUNCTION("page_cache_ra_order"),
				FUNCTION("filemap_add_folio", "add_to_page_cache_lru"),
				INLINED("folio_wait_bit_common", "wait_on_page_bit_common"),
				FUNCTION("folio_wait_bit", "wait_on_page_bit"),
				FUNCTION("folio_wait_bit_killable", "wait_on_page_bit_killable"),
				FUNCTION("folio_put_wait_locked", "put_and_wait_on_page_locked"),
				FUNCTION("__folio_lock", "__lock_page"),
				FUNCTION("__folio_lock_killable", "__lock_page_killable"),
				FUNCTION("filemap_fault")),
			.nests = true,
			.tracing = TRACED_PAGES,
			.tracepoints = NAMES("filemap:mm_filemap_add_to_page_cache"),
			.fallback = "stacks under it",
		},
};

const struct probe_point *probe_points__get(enum wf_probe probe)
{
	return &points[probe];
}
