// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Stacks as kernels from 5.10 on give them, one or more for every leaf, and near misses. */
#include "book.h"

#include <linux/futex.h>
#include <math.h>
#include <string.h>
#include <sys/syscall.h>

#define RUN STATE_RUNNING
#define SLEEP STATE_INTERRUPTIBLE
#define DEEP STATE_UNINTERRUPTIBLE
#define IO STATE_IO_WAIT
#define ENTRY "entry_SYSCALL_64_after_hwframe;do_syscall_64;"
#define SCHED ";schedule;__schedule"
#define FUTEX ENTRY "__x64_sys_futex;do_futex;futex_wait;"
#define OPEN ENTRY "do_sys_openat2;do_filp_open;path_openat;"
#define READ ENTRY "ksys_read;vfs_read;ext4_file_read_iter;filemap_read;"

struct example {
	const char *cause;
	const char *stack;
	int64_t syscall;
	int64_t op; /* + 1; 0: none */
	enum store_state state;
	enum store_lock lock;
};

static const struct example examples[] = {
	/* Descriptors. */
	{.cause = "fd-allocation/bitmap",
	 .state = RUN,
	 .stack = "main;open64|" ENTRY "do_sys_openat2;alloc_fd"},
	{.cause = "fd-allocation/bitmap",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_sys_openat2;get_unused_fd_flags;__alloc_fd;find_next_fd;"
		  "_find_next_zero_bit"},
	{.cause = "fd-allocation/bitmap",
	 .state = RUN,
	 .stack = "main;close|" ENTRY "__x64_sys_close;file_close_fd"},
	{.cause = "fd-allocation/bitmap",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_sys_openat2;put_unused_fd"},
	{.cause = "fd-allocation/table-grow",
	 .state = DEEP,
	 .stack = "main;open64|" ENTRY "do_sys_openat2;alloc_fd;expand_files;synchronize_rcu;"
		  "__wait_rcu_gp;wait_for_completion;schedule_timeout" SCHED},
	{.cause = "fd-allocation/table-grow",
	 .state = RUN,
	 .stack = "main|" ENTRY
		  "do_sys_openat2;alloc_fd;expand_files;alloc_fdtable;__kmalloc_node"},
	{.cause = "fd-allocation/file-object",
	 .state = RUN,
	 .stack = "main|" OPEN "alloc_empty_file;kmem_cache_alloc_noprof;___slab_alloc"},
	{.cause = "fd-allocation/file-object",
	 .state = RUN,
	 .stack = "main|" ENTRY "__x64_sys_close;__fput_sync;__fput;kmem_cache_free"},
	{.cause = "fd-allocation/file-object",
	 .state = DEEP,
	 .stack = "main|" OPEN
		  "alloc_empty_file;kmem_cache_alloc;__alloc_pages_slowpath;__cond_resched" SCHED},
	{.cause = "fd-allocation/table-lock",
	 .state = RUN,
	 .stack = "main;open64|" ENTRY
		  "do_sys_openat2;alloc_fd;_raw_spin_lock;native_queued_spin_lock_slowpath"},
	{.cause = "fd-allocation/table-lock",
	 .state = RUN,
	 .stack = "main;close|" ENTRY "__x64_sys_close;file_close_fd;_raw_spin_lock;"
		  "__pv_queued_spin_lock_slowpath"},
	{.cause = "fd-allocation/table-lock",
	 .state = DEEP,
	 .stack = "main|" ENTRY "do_sys_openat2;alloc_fd;rt_spin_lock;rtlock_slowlock_locked;"
		  "schedule_rtlock" SCHED},
	{.cause = "lock/dentry",
	 .state = RUN,
	 .stack = "main|" ENTRY "__x64_sys_close;__fput;dput;_raw_spin_lock;"
		  "native_queued_spin_lock_slowpath"},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main|" ENTRY "__x64_sys_close;filp_flush;locks_remove_posix"},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_sys_openat2;do_filp_open;path_openat;may_open"},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_sys_openat2;alloc_fd;asm_sysvec_call_function_single;"
		  "sysvec_call_function_single;irq_exit_rcu;handle_softirqs;net_rx_action"},
	{.cause = "page-cache/readahead",
	 .state = RUN,
	 .stack = "main;read|" READ "filemap_get_pages;page_cache_sync_ra;page_cache_ra_unbounded;"
		  "read_pages;ext4_mpage_readpages;submit_bio_noacct;iowrite16"},
	{.cause = "page-cache/readahead",
	 .state = IO,
	 .stack = "main;read|" READ "page_cache_async_ra;page_cache_ra_order;read_pages;"
		  "ext4_mpage_readpages;submit_bio;blk_mq_submit_bio;blk_mq_get_tag;io_"
		  "schedule" SCHED},
	{.cause = "page-cache/fill-wait",
	 .state = IO,
	 .stack = "main;read|" READ "filemap_get_pages;folio_wait_bit_common;io_schedule" SCHED},
	{.cause = "page-cache/fill-wait",
	 .state = IO,
	 .stack = "main;read|" ENTRY "ksys_read;vfs_read;new_sync_read;generic_file_buffered_read;"
		  "wait_on_page_bit_common;io_schedule" SCHED},
	{.cause = "page-cache/fill-wait", .state = IO, .stack = "main;read|folio_wait_bit_common"},
	{.cause = "page-cache/insert",
	 .state = RUN,
	 .stack = "main;read|" READ "filemap_get_pages;page_cache_sync_ra;page_cache_ra_unbounded;"
		  "filemap_add_folio;__filemap_add_folio"},
	{.cause = "page-cache/insert",
	 .state = RUN,
	 .stack = "main|" READ
		  "page_cache_sync_readahead;page_cache_ra_unbounded;add_to_page_cache_lru"},
	{.cause = "page-cache/mmap-fault",
	 .state = IO,
	 .stack = "main|asm_exc_page_fault;exc_page_fault;do_user_addr_fault;handle_mm_fault;do_"
		  "fault;"
		  "__do_fault;filemap_fault;folio_wait_bit_common;io_schedule" SCHED},
	{.cause = "page-cache/mmap-fault",
	 .state = RUN,
	 .stack = "main|asm_exc_page_fault;exc_page_fault;do_user_addr_fault;handle_mm_fault;"
		  "do_read_fault;filemap_map_pages;next_uptodate_folio"},
	{.cause = "page-cache/writeback",
	 .state = IO,
	 .stack = "main;fsync|" ENTRY "__x64_sys_fsync;do_fsync;vfs_fsync_range;ext4_sync_file;"
		  "file_write_and_wait_range;__filemap_fdatawait_range;folio_wait_writeback;"
		  "folio_wait_bit_common;io_schedule" SCHED},
	{.cause = "page-cache/writeback",
	 .state = DEEP,
	 .stack = "main;write|" ENTRY "ksys_write;vfs_write;ext4_buffered_write_iter;"
		  "generic_perform_write;balance_dirty_pages_ratelimited;balance_dirty_pages;"
		  "io_schedule_timeout;schedule_timeout" SCHED},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main;read|" READ "copy_page_to_iter;_copy_to_iter"},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main;read|" READ
		  "_copy_to_iter;asm_exc_page_fault;do_user_addr_fault;handle_mm_fault;"
		  "do_anonymous_page;clear_page_erms"},
	{.cause = "io/block",
	 .state = IO,
	 .stack = "main|asm_exc_page_fault;exc_page_fault;do_user_addr_fault;handle_mm_fault;do_"
		  "swap_page;"
		  "folio_wait_bit_common;io_schedule" SCHED},
	{.cause = "switching/preempted",
	 .state = STATE_PREEMPTED,
	 .stack = "main|asm_sysvec_apic_timer_interrupt;"
		  "irqentry_exit_to_user_mode" SCHED},
	{.cause = "switching/switch-cost",
	 .state = RUN,
	 .stack = "main;read|" ENTRY "ksys_read;vfs_read;anon_pipe_read;schedule;__schedule;"
		  "finish_task_switch.isra.0"},
	{.cause = "switching/switch-cost",
	 .state = RUN,
	 .stack = "main|" ENTRY "__x64_sys_futex;do_futex;futex_wake;wake_up_q;try_to_wake_up;"
		  "_raw_spin_unlock_irqrestore"},
	{.cause = "switching/syscall-entry", .state = RUN, .stack = "main;getpid|entry_SYSCALL_64"},
	{.cause = "switching/syscall-entry", .state = RUN, .stack = "main;getpid|" ENTRY},
	{.cause = "switching/syscall-entry",
	 .state = RUN,
	 .stack = "main;getpid|" ENTRY "syscall_exit_to_user_mode"},
	{.cause = "switching/syscall-entry",
	 .state = RUN,
	 .stack = "main;getpid|syscall_return_via_sysret"},
	{.cause = "cpu/kernel", .state = RUN, .stack = "main;getpid|" ENTRY "__x64_sys_getpid"},
	{.cause = "cpu/kernel",
	 .state = RUN,
	 .stack = "main|" ENTRY "ksys_read;vfs_read;random_read_iter;_raw_spin_unlock_irqrestore"},
	{.cause = "page-cache/readahead",
	 .state = RUN,
	 .stack = "main|" READ "page_cache_sync_ra;read_pages;ext4_mpage_readpages;io_schedule;"
		  "blk_flush_plug;blk_mq_flush_plug_list;iowrite16"},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;pthread_mutex_lock;__lll_lock_wait|" FUTEX
		  "futex_wait_queue;futex_do_wait" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;?|" FUTEX "futex_wait_queue_me" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;?|" FUTEX "__futex_wait;futex_do_wait" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;pthread_rwlock_wrlock|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "std::sys::pal::unix::locks::futex_mutex::Mutex::lock_contended|" FUTEX
		  "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "parking_lot::raw_mutex::RawMutex::lock_slow;parking_lot_core::park|" FUTEX
		  "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "start_thread;absl::lts_20240722::Mutex::LockSlowLoop;pthread_cond_wait|" FUTEX
		  "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "_PyEval_EvalFrameDefault;take_gil;pthread_cond_timedwait;__futex_abstimed_wait_"
		  "common|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack =
		 "JavaThread::run;ObjectMonitor::enter;PlatformEvent::park;pthread_cond_wait|" FUTEX
		 "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "runtime.mallocgc;runtime.lock2;runtime.futexsleep;runtime.futex.abi0|" FUTEX
		  "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;pthread_cond_wait@@GLIBC_2.3.2;__pthread_mutex_cond_lock;__lll_lock_"
		  "wait|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "main;?|" ENTRY
		  "do_futex;futex_lock_pi;rt_mutex_wait_proxy_lock;rt_mutex_slowlock_block" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_LOCK_PI + 1,
	 .lock = LOCK_RT_MUTEX},
	{.cause = "lock/futex",
	 .state = SLEEP,
	 .stack = "?|",
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "main;pthread_cond_wait|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "main;?|" FUTEX "futex_do_wait" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT_BITSET + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "runtime.schedule;runtime.findRunnable;runtime.stopm;runtime.notesleep;"
		  "runtime.futexsleep;runtime.futex.abi0|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "start_thread;Unsafe_Park;Parker::park|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "start_thread;parking_lot_core::parking_lot::park|" FUTEX
		  "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "main;pthread_join|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = FUTEX_WAIT + 1},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "main|" ENTRY "__x64_sys_futex_waitv;futex_wait_multiple" SCHED,
	 .syscall = 449},
	{.cause = "idle/park",
	 .state = SLEEP,
	 .stack = "sh;wait4|" ENTRY "kernel_wait4;do_wait" SCHED,
	 .syscall = SYS_wait4},
	{.cause = "idle/park", .state = SLEEP, .stack = "sh|do_wait", .syscall = SYS_wait4},
	{.cause = "unknown", .state = SLEEP, .stack = "main;?|futex_do_wait", .syscall = SYS_futex},
	{.cause = "unknown",
	 .state = SLEEP,
	 .stack = "main;?|" FUTEX "futex_wait_queue" SCHED,
	 .syscall = SYS_futex,
	 .op = 30},
	{.cause = "lock/inode",
	 .state = DEEP,
	 .stack = "main;open64|" OPEN
		  "down_write;rwsem_down_write_slowpath;schedule_preempt_disabled" SCHED},
	{.cause = "lock/inode",
	 .state = DEEP,
	 .stack = "main;write|" ENTRY "ksys_write;vfs_write;ext4_buffered_write_iter;down_write;"
		  "rwsem_down_write_slowpath" SCHED},
	{.cause = "lock/inode",
	 .state = DEEP,
	 .stack = "main|" ENTRY
		  "walk_component;lookup_slow;down_read;rwsem_down_read_slowpath" SCHED},
	{.cause = "lock/inode",
	 .state = DEEP,
	 .stack = "main;unlink|do_unlinkat",
	 .syscall = SYS_unlink},
	{.cause = "lock/inode",
	 .state = RUN,
	 .stack = "main;write|" ENTRY "ksys_write;vfs_write;ext4_buffered_write_iter;down_write;"
		  "rwsem_down_write_slowpath;rwsem_optimistic_spin;osq_lock"},
	{.cause = "lock/mmap",
	 .state = DEEP,
	 .stack = "main|asm_exc_page_fault;exc_page_fault;do_user_addr_fault;lock_mm_and_find_vma;"
		  "down_read_killable;rwsem_down_read_slowpath" SCHED},
	{.cause = "lock/mmap",
	 .state = DEEP,
	 .stack = "main;mmap|" ENTRY "ksys_mmap_pgoff;vm_mmap_pgoff;down_write_killable;"
		  "rwsem_down_write_slowpath" SCHED},
	{.cause = "lock/mmap",
	 .state = DEEP,
	 .stack = "main;write|" ENTRY "ksys_write;vfs_write;ext4_buffered_write_iter;"
		  "fault_in_readable;asm_exc_page_fault;do_user_addr_fault;down_read;"
		  "rwsem_down_read_slowpath" SCHED},
	{.cause = "lock/other-sleeping",
	 .state = DEEP,
	 .stack = "main;munmap|" ENTRY "__vm_munmap;unmap_region;unlink_file_vma;down_write;"
		  "rwsem_down_write_slowpath" SCHED},
	{.cause = "lock/other-sleeping",
	 .state = DEEP,
	 .stack = "main|" ENTRY "ksys_write;vfs_write;pipe_write;mutex_lock;__mutex_lock_slowpath;"
		  "schedule_preempt_disabled" SCHED},
	{.cause = "lock/other-sleeping",
	 .state = DEEP,
	 .stack = "main|?;?",
	 .syscall = SYS_ioctl,
	 .lock = LOCK_MUTEX},
	{.cause = "lock/other-sleeping",
	 .state = DEEP,
	 .stack = "main|?;?",
	 .syscall = SYS_ioctl,
	 .lock = LOCK_RWSEM_WRITE},
	{.cause = "lock/other-sleeping",
	 .state = SLEEP,
	 .stack = "main;flock|" ENTRY "locks_lock_inode_wait" SCHED,
	 .syscall = SYS_flock},
	{.cause = "lock/other-spinning",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_epoll_ctl;_raw_write_lock_irq;queued_write_lock_slowpath"},
	{.cause = "lock/other-spinning",
	 .state = RUN,
	 .stack = "main|" ENTRY "do_futex;futex_wake;try_to_wake_up;_raw_spin_lock;"
		  "native_queued_spin_lock_slowpath"},
	{.cause = "lock/other-spinning",
	 .state = RUN,
	 .stack = "main|" ENTRY
		  "ksys_ioctl;mutex_lock;__mutex_lock.constprop.0;mutex_spin_on_owner"},
	{.cause = "lock/dentry",
	 .state = RUN,
	 .stack = "main|" OPEN "lookup_fast;__d_lookup_rcu;lockref_get_not_dead"},
	{.cause = "lock/dentry",
	 .state = DEEP,
	 .stack = "main|" ENTRY "lookup_slow;d_alloc_parallel" SCHED},
	{.cause = "io/block",
	 .state = IO,
	 .stack = "main;pread64|" ENTRY "ksys_pread64;vfs_read;ext4_file_read_iter;iomap_dio_rw;"
		  "__iomap_dio_rw;blk_io_schedule;io_schedule" SCHED},
	{.cause = "io/block",
	 .state = DEEP,
	 .stack = "main;fsync|" ENTRY "do_fsync;ext4_sync_file;jbd2_log_wait_commit" SCHED},
	{.cause = "io/block", .state = IO, .stack = "main|" ENTRY "?;io_schedule" SCHED},
	{.cause = "io/network",
	 .state = SLEEP,
	 .stack = "main;recv|" ENTRY "__sys_recvfrom;sock_recvmsg;inet_recvmsg;tcp_recvmsg;"
		  "tcp_recvmsg_locked;sk_wait_data;wait_woken;schedule_timeout" SCHED,
	 .syscall = SYS_recvfrom},
	{.cause = "io/network",
	 .state = SLEEP,
	 .stack = "main|" ENTRY "unix_stream_read_generic" SCHED,
	 .syscall = SYS_read},
	{.cause = "io/network", .state = SLEEP, .stack = "?|?", .syscall = SYS_recvfrom},
	{.cause = "io/pipe",
	 .state = SLEEP,
	 .stack = "main;read|" ENTRY "ksys_read;vfs_read;anon_pipe_read" SCHED,
	 .syscall = SYS_read},
	{.cause = "io/pipe",
	 .state = SLEEP,
	 .stack = "main;write|" ENTRY "ksys_write;vfs_write;pipe_write" SCHED,
	 .syscall = SYS_write},
	{.cause = "io/pipe", .state = SLEEP, .stack = "main|pipe_read", .syscall = SYS_read},
	{.cause = "io/other",
	 .state = SLEEP,
	 .stack = "sh;read|" ENTRY
		  "ksys_read;vfs_read;tty_read;n_tty_read;wait_woken;schedule_timeout" SCHED,
	 .syscall = SYS_read},
	{.cause = "io/other",
	 .state = SLEEP,
	 .stack = "main|" ENTRY "ksys_read;eventfd_read" SCHED,
	 .syscall = SYS_read},
	{.cause = "idle/sleep",
	 .state = SLEEP,
	 .stack = "main;clock_nanosleep|" ENTRY "__x64_sys_clock_nanosleep;common_nsleep;"
		  "hrtimer_nanosleep;do_nanosleep" SCHED,
	 .syscall = SYS_clock_nanosleep},
	{.cause = "idle/sleep",
	 .state = SLEEP,
	 .stack = "main;?|hrtimer_nanosleep",
	 .syscall = SYS_nanosleep},
	{.cause = "idle/sleep", .state = SLEEP, .stack = "main;?|", .syscall = SYS_nanosleep},
	{.cause = "idle/sleep",
	 .state = STATE_STOPPED,
	 .stack = "main|" ENTRY "get_signal;do_signal_stop" SCHED},
	{.cause = "idle/poll",
	 .state = SLEEP,
	 .stack = "main;epoll_wait|" ENTRY "do_epoll_wait;ep_poll;schedule_hrtimeout_range" SCHED,
	 .syscall = SYS_epoll_wait},
	{.cause = "idle/poll",
	 .state = SLEEP,
	 .stack = "main|poll_schedule_timeout",
	 .syscall = SYS_poll},
	{.cause = "idle/poll",
	 .state = SLEEP,
	 .stack = "main;accept|" ENTRY "__sys_accept4;do_accept;inet_accept;inet_csk_accept;"
		  "schedule_timeout" SCHED,
	 .syscall = SYS_accept},
	{.cause = "unknown", .state = DEEP, .stack = "main|?", .syscall = SYS_epoll_wait},
	{.cause = "cpu/user", .state = RUN, .stack = "_start;main;work"},
	{.cause = "cpu/user", .state = RUN, .stack = "?"},
	{.cause = "cpu/user", .state = RUN, .stack = "[truncated];alloc_fd"},
	{.cause = "cpu/kernel", .state = RUN, .stack = "main|?"},
	{.cause = "cpu/kernel", .state = RUN, .stack = "main|my_alloc_fd"},
	{.cause = "unknown", .state = RUN, .stack = "[no stack]"},
	{.cause = "unknown", .state = DEEP, .stack = "main|?", .syscall = SYS_ioctl},
	{.cause = "unknown", .state = SLEEP, .stack = "main|", .syscall = SYS_read},

};

static void write_example(struct book *book, const struct example *example, store_id thread)
{
	store_id stack = book__stack(book, example->stack);
	struct store_ledger ledger = {.thread = thread,
				      .slice = 1,
				      .state = example->state,
				      .syscall = example->syscall ? example->syscall : SYSCALL_NONE,
				      .count = 1,
				      .ns = 1000,
				      .class = example->state == STATE_RUNNING ? 0 : 9};
	struct store_evidence evidence = {.thread = thread,
					  .slice = 1,
					  .state = example->state,
					  .syscall = ledger.syscall,
					  .class = ledger.class,
					  .stack = stack,
					  .lock = example->lock,
					  .futex_op = example->op - 1,
					  .count = 1,
					  .ns = 1000,
					  .weight = 1000};

	book__ledger(book, ledger);
	book__evidence(book, evidence);
}

static void every_example_has_its_cause(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis;
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++)
		write_example(book, &examples[i], book__thread(book, (int64_t)i + 1));
	analysis = book__analyze(book);
	assert_int_equal(analysis->piece_count, G_N_ELEMENTS(examples));
	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];
		const struct example *example = &examples[piece->thread];
		const char *cause = analysis->cause_names[piece->cause];

		if (!strcmp(cause, example->cause))
			continue;
		print_error("%s, not %s: %s\n", cause, example->cause, example->stack);
		wrong++;
	}
	assert_int_equal(wrong, 0);
	analysis__free(analysis);
	book__free(book);
}

static void every_leaf_has_an_example(void **state)
{
	struct book *book = book__open(1);
	struct analysis *analysis = book__analyze(book);

	(void)state;
	for (size_t i = 0; i < analysis->cause_name_count; i++) {
		bool found = !strcmp(analysis->cause_names[i], "switching/run-queue");

		for (size_t j = 0; j < G_N_ELEMENTS(examples); j++)
			found = found || !strcmp(analysis->cause_names[i], examples[j].cause);
		if (!found)
			fail_msg("no example for %s", analysis->cause_names[i]);
	}
	analysis__free(analysis);
	book__free(book);
}

static void run_queue_time_keeps_its_stack(void **state)
{
	struct book *book = book__open(1);
	store_id thread = book__thread(book, 1);
	store_id stack = book__stack(book, "main|" ENTRY "ksys_read;pipe_read" SCHED);
	struct analysis *analysis;

	(void)state;
	book__ledger(book, (struct store_ledger){thread, 1, SLEEP, SYS_read, 10, 1, 1000, 500});
	book__evidence(book,
		       (struct store_evidence){thread, 1, SLEEP, SYS_read, 10, stack, LOCK_NONE,
					       FUTEX_OP_NONE, 1, 1000, 500, 1000, 500});
	analysis = book__analyze(book);
	assert_int_equal(analysis->piece_count, 2);
	assert_int_equal(analysis->pieces[1].state, STATE_WOKEN);
	assert_int_equal(analysis->pieces[1].stack, stack);
	assert_string_equal(analysis->cause_names[analysis->pieces[1].cause],
			    "switching/run-queue");
	assert_near(cause_of(analysis, "switching/run-queue")->time.ns, 500);
	assert_int_equal(cause_of(analysis, "switching/run-queue")->time.basis, BASIS_EXACT);
	analysis__free(analysis);
	book__free(book);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_has_its_cause),
		cmocka_unit_test(every_leaf_has_an_example),
		cmocka_unit_test(run_queue_time_keeps_its_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
