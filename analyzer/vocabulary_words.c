// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * Names are from the kernel's own source, 5.10 to 6.18; a function that moved or was renamed has
 * all its names here. Static functions that compilers always inline are left out unless some
 * kernel shows them.
 */
#include "analyzer/vocabulary_words.h"

const struct vocabulary_words vocabulary_words[] = {
	/* kernel/sched/core.c and kernel/time/: on the way to __schedule; then what a tracing
	 * program adds at the leaf. */
	{K_TRANSPARENT,
	 "schedule __schedule schedule_timeout schedule_timeout_interruptible "
	 "schedule_timeout_killable schedule_timeout_uninterruptible schedule_preempt_disabled "
	 "schedule_hrtimeout schedule_hrtimeout_range schedule_hrtimeout_range_clock "
	 "io_schedule io_schedule_timeout preempt_schedule preempt_schedule_common "
	 "preempt_schedule_irq preempt_schedule_notrace __cond_resched schedule_rtlock "
	 "wait_woken bit_wait bit_wait_io __wait_on_bit __wait_on_bit_lock out_of_line_wait_on_bit "
	 "out_of_line_wait_on_bit_lock wait_for_completion* wait_for_common* __wait_for_common* "
	 "__traceiter_* __bpf_trace_* bpf_trace_run* bpf_prog_* bpf_get_stack* perf_trace_* "
	 "trace_call_bpf* bpf_raw_tp_* bpf_trampoline_*"},
	/* Where an interrupt that came while interrupts were off is taken at last: the time was
	 * spent by the caller. */
	{K_TRANSPARENT, "_raw_spin_unlock_irqrestore _raw_spin_unlock_irq "
			"__raw_spin_unlock_irqrestore __raw_spin_unlock_irq "
			"_raw_read_unlock_irqrestore _raw_write_unlock_irq "
			"_raw_write_unlock_irqrestore _raw_read_unlock_irq rcu_read_unlock_special "
			"native_irq_enable pv_native_irq_enable"},

	/* kernel/locking/ */
	{K_PRIMITIVE,
	 "down_* up_* rwsem_* __down_* __down __up rwbase_* mutex_* __mutex_* ww_mutex_* "
	 "_raw_spin_* __raw_spin_* raw_spin_* _raw_read_* _raw_write_* __raw_read_* __raw_write_* "
	 "queued_* native_queued_* __pv_queued_* pv_wait* kvm_wait* xen_qlock_* hv_qlock_* "
	 "__percpu_down_read percpu_down_* percpu_rwsem_* rt_mutex_* __rt_mutex_* rt_spin_* "
	 "rtlock_* rt_read_lock rt_write_lock osq_* downgrade_write virt_spin_lock "
	 "__rwsem_* call_rwsem_* slowlock* task_blocks_on_rt_mutex inode_lock* inode_trylock"},
	{K_HELPER,
	 "kmem_cache_* kfree* __kmem_cache_* __kmalloc* kmalloc* ___slab_alloc __slab_* "
	 "slab_* do_slab_free call_rcu __call_rcu* call_rcu_* rcu_segcblist_* _find_* find_next_* "
	 "find_first_* memset* memcpy* __memset __memcpy memset_orig clear_page_* "
	 "__x86_indirect_thunk_* __x86_return_thunk srso_* retbleed_* zen_untrain_ret "
	 "__fentry__ __rcu_read_lock __rcu_read_unlock"},

	/* arch/x86/entry/, kernel/softirq.c */
	{K_IRQ, "asm_sysvec_* asm_common_interrupt asm_exc_nmi asm_spurious_interrupt "
		"apic_timer_interrupt reschedule_interrupt call_function_interrupt "
		"call_function_single_interrupt ret_from_intr common_interrupt sysvec_* "
		"__do_softirq handle_softirqs do_softirq_own_stack irq_exit_rcu __irq_exit_rcu"},
	{K_FAULT, "asm_exc_page_fault exc_page_fault page_fault"},

	{K_SPIN, "native_queued_spin_lock_slowpath __pv_queued_spin_lock_slowpath "
		 "queued_spin_lock_slowpath queued_read_lock_slowpath queued_write_lock_slowpath "
		 "pv_wait_head_or_lock pv_wait_node virt_spin_lock rt_spin_lock rtlock_slowlock "
		 "rtlock_slowlock_locked rt_spin_lock_slowlock rt_read_lock rt_write_lock"},
	{K_RWSEM, "down_read down_read_interruptible down_read_killable down_read_non_owner "
		  "down_read_nested down_write down_write_killable down_write_nested "
		  "down_write_killable_nested __down_read __down_write __down_read_killable "
		  "__down_write_killable __down_read_common __down_write_common "
		  "rwsem_down_read_slowpath rwsem_down_write_slowpath rwsem_down_read_failed "
		  "rwsem_down_write_failed rwbase_read_lock __rwbase_read_lock rwbase_write_lock "
		  "call_rwsem_down_*"},
	{K_MUTEX,
	 "mutex_lock mutex_lock_interruptible mutex_lock_killable mutex_lock_io mutex_lock_nested "
	 "__mutex_lock __mutex_lock_slowpath __mutex_lock_interruptible_slowpath "
	 "__mutex_lock_killable_slowpath ww_mutex_lock __ww_mutex_lock __ww_mutex_lock_slowpath "
	 "down down_interruptible down_killable down_timeout __down __down_common "
	 "__down_interruptible __down_killable __down_timeout rt_mutex_lock "
	 "rt_mutex_lock_interruptible rt_mutex_lock_killable rt_mutex_slowlock __rt_mutex_slowlock "
	 "__rt_mutex_slowlock_locked rt_mutex_slowlock_block percpu_down_write percpu_rwsem_wait "
	 "__percpu_down_read percpu_down_read"},
	{K_OWNER_SPIN, "osq_lock mutex_spin_on_owner rwsem_spin_on_owner rwsem_optimistic_spin "
		       "mutex_optimistic_spin rtmutex_spin_on_owner"},
	/* lib/lockref.c: the name cache's reference counts; its loops spin when they are fought
	 * over. */
	{K_LOCKREF, "lockref_*"},
	{K_DENTRY,
	 "lockref_* dput __dput fast_dput dput_to_list dget_parent __dget dentry_kill "
	 "__dentry_kill lock_parent __lock_parent shrink_dentry_list shrink_dcache_* "
	 "shrink_lock_dentry shrink_kill d_alloc d_alloc_parallel d_alloc_* "
	 "__d_alloc d_lookup __d_lookup __d_lookup_rcu d_add d_splice_alias __d_add "
	 "d_instantiate* __d_rehash d_rehash d_drop __d_drop ___d_drop d_delete d_move __d_move "
	 "d_exchange d_invalidate d_walk d_prune_aliases d_find_alias d_absolute_path d_path "
	 "prepend_path __d_path __d_instantiate __d_lookup_done __d_lookup_unhash* "
	 "__d_lookup_unhash_wake d_set_mounted d_genocide d_lru_add retain_dentry "
	 "try_to_unlazy try_to_unlazy_next __legitimize_path legitimize_path legitimize_links "
	 "unlazy_walk lookup_fast simple_recursive_removal dcache_readdir dcache_dir_lseek "
	 "scan_positives next_positive finish_dput lock_for_kill select_collect "
	 "d_make_root d_make_persistent d_obtain_alias"},
	{K_DENTRY_WAIT, "d_alloc_parallel d_wait_lookup"},
	/* fs/ and mm/filemap.c: callers of inode_lock() and its kin (i_rwsem), and of
	 * filemap_invalidate_lock() */
	{K_VFS,
	 "inode_lock inode_lock_* inode_lock_shared path_openat open_last_lookups lookup_open "
	 "do_last atomic_open do_filp_open do_unlinkat filename_unlinkat do_rmdir filename_rmdir "
	 "do_mkdirat filename_mkdirat do_mknodat filename_mknodat do_symlinkat filename_symlinkat "
	 "do_linkat filename_linkat do_renameat2 filename_renameat2 filename_create "
	 "lock_rename lock_rename_child lock_two_* "
	 "lock_two_directories lock_two_nondirectories start_dirop __start_dirop "
	 "start_creating* start_removing* start_renaming* __start_renaming* vfs_* iterate_dir "
	 "wrap_directory_iterator "
	 "walk_component lookup_slow __lookup_slow lookup_one* lookup_positive_unlocked "
	 "kern_path_locked __kern_path_locked kern_path_create done_path_create chmod_common "
	 "chown_common do_truncate do_sys_ftruncate notify_change utimes_common setxattr "
	 "removexattr "
	 "generic_file_write_iter generic_file_llseek* generic_file_fsync __generic_file_fsync "
	 "generic_file_splice_read iter_file_splice_write blkdev_write_iter blkdev_fallocate "
	 "simple_unlink shmem_fallocate shmem_file_llseek shmem_file_write_iter "
	 "page_cache_ra_unbounded page_cache_ra_order __do_page_cache_readahead "
	 "filemap_create_folio filemap_fault filemap_update_page filemap_get_pages "
	 "filemap_invalidate_lock* "
	 "truncate_pagecache* file_remove_privs dquot_* fsnotify_* "
	 "mnt_want_write* do_dentry_open dedupe_file_range"},
	{K_FS, "ext4_* ext2_* xfs_* btrfs_* f2fs_* fuse_* nfs_* nfs4_* ovl_* iomap_* zonefs_* "
	       "ceph_* cifs_* smb2_* v9fs_* erofs_* exfat_* fat_* ntfs_* ntfs3_* ocfs2_* gfs2_* "
	       "shmem_* hugetlbfs_* bch2_* afs_* udf_* isofs_* squashfs_* kernfs_* debugfs_* "
	       "simple_* netfs_*"},
	/* callers of mmap_read_lock(), mmap_write_lock() and the locks of mappings */
	{K_MMAP,
	 "mmap_read_lock* mmap_write_lock* lock_mm_and_find_vma lock_vma_under_rcu "
	 "do_user_addr_fault vm_mmap_pgoff __vm_munmap vm_munmap __do_sys_munmap __x64_sys_munmap "
	 "vm_brk_flags do_mprotect_pkey do_madvise madvise_* __do_sys_brk __x64_sys_brk "
	 "__do_sys_mremap __x64_sys_mremap mremap_to do_mremap do_mlock mlock_* __do_sys_mlockall "
	 "__x64_sys_mlockall exit_mmap exit_mm dup_mm dup_mmap mm_populate __mm_populate "
	 "__get_user_pages_* get_user_pages_* __gup_longterm_locked gup_fast_fallback "
	 "internal_get_user_pages_fast pin_user_pages* faultin_page fixup_user_fault "
	 "acct_collect m_start proc_get_vma pagemap_read show_smap* proc_pid_cmdline_read "
	 "get_mm_cmdline environ_read __access_remote_vm access_remote_vm process_vm_rw* "
	 "do_shmat ksys_shmdt userfaultfd_* mfill_atomic* do_mincore __do_sys_mincore "
	 "__x64_sys_mincore __do_sys_msync __x64_sys_msync mm_take_all_locks __vma_start_write "
	 "__vma_enter_locked vma_start_read* vma_lock_* do_exit_mm stack_map_get_build_id* "
	 "khugepaged* task_numa_work find_active_uprobe* uprobe_* prctl_set_mm* "
	 "__do_sys_remap_file_pages migrate_pages do_pages_move do_pages_stat "
	 "do_migrate_pages do_mbind do_set_mempolicy do_get_mempolicy"},
	/* fs/locks.c, ipc/sem.c, kernel/rcu/ */
	{K_FILE_LOCK, "locks_lock_inode_wait flock_lock_inode_wait posix_lock_inode_wait "
		      "fcntl_setlk fcntl_setlk64 do_lock_file_wait __break_lease do_semtimedop "
		      "__do_semtimedop synchronize_rcu* synchronize_srcu* __synchronize_srcu "
		      "__wait_rcu_gp rcu_barrier synchronize_sched"},

	/* kernel/sched/: on the CPU, all that is below them is the scheduler at work */
	{K_SCHED,
	 "__schedule schedule schedule_idle finish_task_switch __switch_to __switch_to_asm "
	 "context_switch prepare_task_switch switch_mm_irqs_off pick_next_task* __pick_next_task "
	 "pick_task_* put_prev_task* put_prev_entity set_next_entity set_next_task* "
	 "dequeue_task* enqueue_task* "
	 "dequeue_entity* enqueue_entity* dequeue_entities activate_task deactivate_task "
	 "try_to_block_task __block_task "
	 "try_to_wake_up ttwu_* wake_up_q wake_up_process wake_up_state default_wake_function "
	 "autoremove_wake_function woken_wake_function __wake_up __wake_up_* wake_up_new_task "
	 "select_task_rq* select_idle_* wakeup_preempt check_preempt_* resched_curr "
	 "update_curr sched_balance_* newidle_balance load_balance __preempt_schedule* "
	 "__cond_resched schedule_tail complete "
	 "swake_up_* __swait_* wake_up_bit __wake_up_bit native_smp_send_reschedule "
	 "raw_spin_rq_lock_nested sched_ttwu_pending"},
	/* block/: requests sent on the way into schedule() */
	{K_PLUG, "blk_flush_plug __blk_flush_plug blk_flush_plug_list blk_schedule_flush_plug "
		 "blk_mq_flush_plug_list"},
	/* arch/x86/entry/, kernel/entry/common.c: their own time only */
	{K_ENTRY, "entry_SYSCALL_64 entry_SYSCALL_64_after_hwframe entry_SYSCALL_64_safe_stack "
		  "do_syscall_64 x64_sys_call syscall_return_via_sysret entry_SYSRETQ_* "
		  "swapgs_restore_regs_and_return_to_usermode syscall_enter_from_user_mode* "
		  "__syscall_enter_from_user_work syscall_exit_to_user_mode* "
		  "__syscall_exit_to_user_mode_work syscall_trace_enter* syscall_exit_work "
		  "exit_to_user_mode_prepare exit_to_user_mode_loop syscall_exit_to_user_mode_work "
		  "syscall_slow_exit_work prepare_exit_to_usermode entry_SYSENTER_* "
		  "entry_SYSCALL_compat* do_fast_syscall_32 __do_fast_syscall_32 "
		  "do_SYSENTER_32 do_int80_syscall_32 do_int80_emulation entry_INT80_compat "
		  "asm_int80_emulation ia32_sys_call native_load_gs_index clear_bhb_loop "
		  "entry_ibpb switch_fpu_return common_interrupt_return ret_from_fork "
		  "ret_from_fork_asm"},

	/* fs/file.c */
	{K_FD_ALLOC, "alloc_fd __alloc_fd find_next_fd get_unused_fd_flags __get_unused_fd_flags "
		     "f_dupfd do_dup2 ksys_dup3 receive_fd __receive_fd receive_fd_replace"},
	{K_FD_CLOSE, "put_unused_fd __put_unused_fd file_close_fd file_close_fd_locked pick_file "
		     "close_fd __close_fd __close_fd_get_file close_fd_get_file fd_install "
		     "__fd_install __range_close __close_range __clear_open_fd __set_open_fd "
		     "do_close_on_exec replace_fd close_files"},
	{K_FD_GROW, "expand_files expand_fdtable alloc_fdtable copy_fdtable free_fdtable_rcu "
		    "__free_fdtable dup_fd"},
	/* fs/file_table.c */
	{K_FILE_OBJECT,
	 "alloc_empty_file __alloc_file alloc_file alloc_file_pseudo alloc_file_clone "
	 "alloc_empty_backing_file init_file file_free file_free_rcu"},
	{K_FPUT, "__fput __fput_sync ____fput __fput_deferred fput_close_sync fput_close "
		 "delayed_fput"},
	{K_SLAB_FREE, "kmem_cache_free kfree __slab_free do_slab_free call_rcu __call_rcu "
		      "__call_rcu_common* slab_free_* __kmem_cache_free"},

	/* mm/memory.c and mm/filemap.c */
	{K_FILE_FAULT,
	 "filemap_fault filemap_map_pages do_read_fault do_cow_fault do_shared_fault do_fault "
	 "__do_fault do_fault_around do_sync_mmap_readahead do_async_mmap_readahead "
	 "filemap_map_folio_range next_uptodate_folio next_uptodate_page map_pages "
	 "ext4_filemap_fault xfs_filemap_fault __xfs_filemap_fault shmem_fault dax_iomap_fault "
	 "filemap_page_mkwrite do_page_mkwrite ext4_page_mkwrite btrfs_page_mkwrite "
	 "xfs_filemap_map_pages iomap_page_mkwrite block_page_mkwrite fuse_page_mkwrite "
	 "nfs_vm_page_mkwrite"},
	/* mm/readahead.c, mm/filemap.c */
	{K_READAHEAD,
	 "page_cache_sync_ra page_cache_async_ra page_cache_sync_readahead "
	 "page_cache_async_readahead page_cache_ra_unbounded page_cache_ra_order "
	 "page_cache_readahead_unbounded do_page_cache_ra __do_page_cache_readahead "
	 "do_page_cache_readahead force_page_cache_ra force_page_cache_readahead "
	 "ondemand_readahead read_pages filemap_readahead mpage_readahead mpage_readpages "
	 "ext4_mpage_readpages ext4_readahead ext4_readpages ext4_read_folio ext4_readpage "
	 "iomap_readahead iomap_read_folio iomap_readpage xfs_vm_readahead btrfs_readahead "
	 "btrfs_read_folio extent_readahead erofs_readahead fuse_readahead fuse_readpages "
	 "nfs_readahead netfs_readahead mpage_read_folio mpage_readpage block_read_full_folio "
	 "block_read_full_page blkdev_readahead blkdev_read_folio filemap_read_folio "
	 "generic_fadvise ksys_readahead readahead_expand read_cache_pages f2fs_readahead "
	 "f2fs_mpage_readpages "},
	{K_INSERT, "filemap_add_folio __filemap_add_folio add_to_page_cache add_to_page_cache_lru "
		   "add_to_page_cache_locked __add_to_page_cache_locked filemap_alloc_folio "
		   "filemap_alloc_folio_noprof __page_cache_alloc page_cache_alloc folio_add_lru "
		   "lru_cache_add ractl_alloc_folio ra_alloc_folio grab_cache_page_write_begin "
		   "pagecache_get_page __filemap_get_folio __filemap_get_folio_mpol"},
	{K_FOLIO_WAIT,
	 "folio_wait_bit_common folio_wait_bit folio_wait_bit_killable __folio_lock "
	 "__folio_lock_killable __folio_lock_async __folio_lock_or_retry folio_put_wait_locked "
	 "folio_wait_locked folio_wait_locked_killable wait_on_page_bit_common wait_on_page_bit "
	 "wait_on_page_bit_killable put_and_wait_on_page_locked __lock_page __lock_page_killable "
	 "__lock_page_or_retry __wait_on_page_locked_async wait_on_page_locked_killable "
	 "wait_on_page_read filemap_update_page"},
	{K_WRITEBACK,
	 "balance_dirty_pages balance_dirty_pages_ratelimited "
	 "balance_dirty_pages_ratelimited_flags "
	 "do_writepages folio_wait_writeback folio_wait_writeback_killable folio_wait_stable "
	 "wait_on_page_writeback wait_for_stable_page file_write_and_wait_range "
	 "filemap_write_and_wait_range __filemap_fdatawait_range filemap_fdatawait_range "
	 "filemap_fdatawait_keep_errors __filemap_fdatawrite_range filemap_fdatawrite_wbc "
	 "filemap_writeback writeback_single_inode writeback_sb_inodes wb_writeback "
	 "wb_wait_for_completion sync_inodes_sb writeback_inodes_sb __writeback_inodes_sb_nr "
	 "__writeback_single_inode inode_wait_for_writeback __inode_wait_for_writeback "
	 "sync_inode_metadata write_cache_pages generic_writepages writeback_iter "
	 "try_to_writeback_inodes_sb wait_sb_inodes folio_clear_dirty_for_io"},
	{K_SWAP, "do_swap_page swapin_readahead swap_read_folio swap_readpage "
		 "read_swap_cache_async shmem_swapin_folio swap_writepage swap_writeout "
		 "shrink_lruvec shrink_node try_to_free_pages do_try_to_free_pages"},

	/* kernel/futex/ */
	{K_FUTEX, "futex_wait_queue_me futex_wait_queue futex_do_wait futex_wait_multiple "
		  "__futex_wait futex_wait futex_wait_requeue_pi futex_lock_pi "
		  "rt_mutex_wait_proxy_lock futex_sleep_multiple"},
	{K_SLEEP, "hrtimer_nanosleep do_nanosleep common_nsleep common_nsleep_timens "
		  "alarm_timer_nsleep __do_sys_pause __x64_sys_pause do_pause sigsuspend "
		  "__x64_sys_rt_sigsuspend msleep msleep_interruptible usleep_range* "
		  "do_signal_stop ptrace_stop do_freezer_trap __refrigerator"},
	{K_POLL,
	 "ep_poll do_epoll_wait do_epoll_pwait* do_poll do_sys_poll do_select core_sys_select "
	 "poll_schedule_timeout io_cqring_wait io_cqring_schedule __io_cqring_wait_schedule "
	 "io_cqring_wait_schedule read_events do_io_getevents inet_csk_accept "
	 "inet_csk_wait_for_connect unix_accept vsock_accept do_accept __sys_accept4* "
	 "inet_accept do_sigtimedwait inotify_read fanotify_read signalfd_read "
	 "signalfd_read_iter signalfd_dequeue timerfd_read timerfd_read_iter"},
	{K_PARK,
	 "do_wait __do_wait do_wait_intr kernel_wait4 kernel_waitid __do_sys_wait4 "
	 "__do_sys_waitid io_wqe_worker io_wq_worker io_sq_thread kvm_vcpu_block kvm_vcpu_halt "
	 "wait_for_vfork_done worker_thread kthreadd smpboot_thread_fn kthread_worker_fn "
	 "vhost_worker vhost_task_fn"},
	{K_NETWORK,
	 "sk_wait_data sk_stream_wait_memory sk_stream_wait_connect sk_stream_wait_close tcp_* "
	 "udp_* udpv6_* inet_recvmsg inet_sendmsg inet6_recvmsg inet6_sendmsg "
	 "inet_stream_connect __inet_stream_connect inet_wait_for_connect unix_stream_* "
	 "unix_dgram_* unix_wait_for_peer __skb_wait_for_more_packets skb_wait_for_more_packets "
	 "__skb_recv_datagram skb_recv_datagram sock_recvmsg sock_sendmsg __sock_sendmsg "
	 "sock_alloc_send_pskb sock_wait_for_wmem sock_read_iter sock_write_iter __sys_recvfrom "
	 "__sys_sendto ___sys_recvmsg ___sys_sendmsg __sys_recvmsg __sys_sendmsg __sys_connect "
	 "netlink_* packet_recvmsg raw_recvmsg vsock_* virtio_transport_* rpc_wait_bit_killable "
	 "__rpc_execute rpc_execute nfs_wait_bit_killable nfs4_call_sync* __tcp_* smc_* sctp_* "
	 "__lock_sock lock_sock_nested mptcp_*"},
	{K_PIPE, "pipe_read pipe_write anon_pipe_read anon_pipe_write fifo_pipe_read "
		 "fifo_pipe_write pipe_wait "
		 "pipe_wait_readable pipe_wait_writable fifo_open wait_for_partner "
		 "splice_from_pipe splice_from_pipe_next wait_for_space ipipe_prep opipe_prep "
		 "splice_pipe_to_pipe"},
	{K_BLOCK,
	 "io_schedule io_schedule_timeout bit_wait_io submit_bio submit_bio_wait submit_bio_* "
	 "blk_* blkdev_* __blkdev_* __iomap_dio_rw iomap_dio_rw __blk_* wait_on_buffer "
	 "__wait_on_buffer sync_dirty_buffer __sync_dirty_buffer __bread_gfp bdev_getblk bh_read "
	 "__bh_read ext4_read_bh* ext4_sb_bread* jbd2_* start_this_handle "
	 "add_transaction_credits "
	 "wait_transaction_locked wait_transaction_switching rq_qos_wait wbt_wait "
	 "do_get_write_access "
	 "xfs_buf_* xlog_* xfs_log_* xfs_trans_* md_* raid5_* dm_* nvme_* scsi_* "
	 "dio_await_completion do_blockdev_direct_IO __bio_queue_enter btrfs_wait_* "
	 "btrfs_commit_transaction btrfs_start_transaction btrfs_tree_* wait_for_commit "
	 "ext4_fc_commit sync_blockdev* thaw_super freeze_super"},
	{K_DEVICE,
	 "n_tty_read n_tty_write tty_* do_tty_write eventfd_read eventfd_write fuse_simple_request "
	 "__fuse_simple_request __fuse_request_send request_wait_answer fuse_dev_do_read "
	 "p9_client_* p9_virtio_* virtio_fs_* do_msgrcv do_msgsnd do_mq_timedreceive "
	 "do_mq_timedsend wq_sleep handle_userfault userfaultfd_read userfaultfd_read_iter "
	 "userfaultfd_ctx_read usb_* drm_* dma_fence_* dma_resv_* kmsg_read devkmsg_read "
	 "syslog_print "
	 "do_syslog wait_for_random_bytes getrandom_wait random_read_iter evdev_read snd_* "
	 "hidraw_* "
	 "uart_* vfio_* kernfs_fop_poll perf_read seccomp_do_user_notification "
	 "bpf_ringbuf_* request_key* __request_module call_usermodehelper_exec "
	 "autofs_wait* ioctl_*"},

	{K_OPEN, "do_sys_openat2 do_sys_open __x64_sys_openat __x64_sys_open __x64_sys_openat2 "
		 "__x64_sys_creat __do_sys_openat2 __se_sys_openat do_filp_open path_openat"},
	{K_DPUT, "dput __dput fast_dput dput_to_list dentry_kill __dentry_kill finish_dput "
		 "lockref_put_return lockref_put_or_lock"},

	/* glibc, musl, Go, Rust, HotSpot, absl, C++: locks that threads fight for */
	{U_LOCK,
	 "pthread_mutex_lock __pthread_mutex_lock ___pthread_mutex_lock __pthread_mutex_lock_full "
	 "pthread_mutex_timedlock pthread_mutex_clocklock __pthread_mutex_timedlock "
	 "__pthread_mutex_timedlock_common ___pthread_mutex_timedlock __pthread_mutex_clocklock "
	 "__pthread_mutex_cond_lock __pthread_mutex_cond_lock_full pthread_rwlock_rdlock "
	 "pthread_rwlock_wrlock pthread_rwlock_timed* pthread_rwlock_clock* "
	 "__pthread_rwlock_* ___pthread_rwlock_* __lll_lock_wait __lll_lock_wait_private "
	 "__lll_timedlock_wait __lll_clocklock_wait mtx_lock mtx_timedlock "
	 "runtime.lock runtime.lock2 runtime.lockWithRank runtime.lockWithRankMayAcquire "
	 "*Mutex::lock* *Mutex::Lock* *RwLock::read_contended* *RwLock::write_contended* "
	 "*Mutex>::lock* *RawMutex::lock_slow* *RawRwLock::lock_* *ReentrantLock*lock*"},
	{U_PARK,
	 "pthread_cond_* __pthread_cond_* ___pthread_cond_* cnd_wait cnd_timedwait sem_wait "
	 "sem_timedwait sem_clockwait __new_sem_wait* __sem_wait* do_futex_wait* pthread_join "
	 "pthread_timedjoin_np pthread_clockjoin_np __pthread_join __pthread_clockjoin_ex "
	 "___pthread_join thrd_join pthread_barrier_wait __pthread_barrier_wait "
	 "std::condition_variable* std::__atomic_futex* std::__atomic_wait* "
	 "std::thread::join* boost::condition_variable* g_cond_wait* g_async_queue_* "
	 "*thread::park* *Parker::park* *Condvar* *Unsafe_Park* *PlatformEvent::park* "
	 "*PlatformMonitor::wait* *Monitor::wait* *ObjectMonitor::wait* "
	 "*WaitCondition::wait* *CondVar::* *Baton* parking_lot_core::*park* runtime.stopm "
	 "runtime.notesleep runtime.notetsleep* runtime.mPark runtime.findRunnable "
	 "runtime.findrunnable runtime.sysmon runtime.templateThread runtime.sigqueue* "
	 "os/signal.signal_recv uv_cond_* uv_sem_wait"},
	/* CPython's GIL, HotSpot's monitors, absl and parking_lot wait through the above */
	{U_LOCK_BY_PARKING, "take_gil *ObjectMonitor::enter* *ObjectMonitor::EnterI* "
			    "*absl*Mutex::LockSlow* *RawMutex::lock_slow* *RawRwLock::lock_*"},
};

const size_t vocabulary_word_count = sizeof(vocabulary_words) / sizeof(vocabulary_words[0]);
