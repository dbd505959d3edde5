// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * One program of each kind, to find out by trying which of them this kernel loads and attaches.
 * They do nothing. The functions are ones that the kernel has for its own tests of these kinds
 * (net/bpf/test_run.c) and never calls otherwise.
 */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

SEC("raw_tp/sched_process_exec")
int try_raw_tracepoint(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("tp_btf/sched_process_exec")
int try_typed_tracepoint(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("fentry/bpf_fentry_test1")
int try_fentry(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("fexit/bpf_fentry_test1")
int try_fexit(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("kprobe.multi/bpf_fentry_test1")
int try_kprobe_multi(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("kprobe/bpf_fentry_test1")
int try_kprobe(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("kretprobe/bpf_fentry_test1")
int try_kretprobe(void *ctx __attribute__((unused)))
{
	return 0;
}

SEC("tracepoint/sched/sched_process_exec")
int try_tracepoint(void *ctx __attribute__((unused)))
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
