// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/roster.h"

#include <glib.h>
#include <string.h>

struct roster {
	struct store_writer *writer;
	GPtrArray *processes; /* owned */
	GPtrArray *threads; /* owned */
	GHashTable *by_pid; /* the latest of each number */
	GHashTable *by_tid;
	int64_t t0_ns;
	size_t living;
};

static void process__free(gpointer data)
{
	struct process *process = data;

	space__free(process->space);
	g_free(process->exe);
	g_free(process);
}

static void thread__free(gpointer data)
{
	struct thread *thread = data;

	g_free(thread->snapshot);
	g_free(thread->copy);
	g_free(thread);
}

struct roster *roster__new(struct store_writer *writer)
{
	struct roster *roster = g_new0(struct roster, 1);

	roster->writer = writer;
	roster->processes = g_ptr_array_new_with_free_func(process__free);
	roster->threads = g_ptr_array_new_with_free_func(thread__free);
	roster->by_pid = g_hash_table_new(g_direct_hash, g_direct_equal);
	roster->by_tid = g_hash_table_new(g_direct_hash, g_direct_equal);
	return roster;
}

void roster__free(struct roster *roster)
{
	if (!roster)
		return;
	g_hash_table_destroy(roster->by_pid);
	g_hash_table_destroy(roster->by_tid);
	g_ptr_array_free(roster->processes, TRUE);
	g_ptr_array_free(roster->threads, TRUE);
	g_free(roster);
}

void roster__set_t0(struct roster *roster, int64_t t0_ns)
{
	roster->t0_ns = t0_ns;
}

static struct process *new_process(struct roster *roster, pid_t pid)
{
	struct process *process = g_new0(struct process, 1);

	process->pid = pid;
	process->uid = -1;
	g_ptr_array_add(roster->processes, process);
	g_hash_table_insert(roster->by_pid, GINT_TO_POINTER(pid), process);
	return process;
}

struct process *roster__add_process(struct roster *roster, pid_t pid,
				    const struct procfs_process *info)
{
	struct process *process = new_process(roster, pid);

	process->parent = info->parent;
	process->uid = info->uid;
	process->exe = g_strdup(info->exe);
	g_strlcpy(process->comm, info->comm, sizeof(process->comm));
	process->space = space__new();
	return process;
}

struct process *roster__born_process(struct roster *roster, pid_t pid, pid_t parent_pid,
				     int64_t now_ns)
{
	struct process *parent = roster__process(roster, parent_pid);
	struct process *process = new_process(roster, pid);

	process->parent = parent_pid;
	process->start_ns = now_ns;
	if (parent) {
		process->uid = parent->uid;
		process->exe = g_strdup(parent->exe);
		g_strlcpy(process->comm, parent->comm, sizeof(process->comm));
	}
	process->space = parent ? space__fork(parent->space, now_ns) : space__new();
	return process;
}

struct process *roster__process(struct roster *roster, pid_t pid)
{
	return g_hash_table_lookup(roster->by_pid, GINT_TO_POINTER(pid));
}

struct thread *roster__find_thread(struct roster *roster, pid_t tid)
{
	return g_hash_table_lookup(roster->by_tid, GINT_TO_POINTER(tid));
}

static bool is_same(const struct roster *roster, const struct thread *thread, int64_t made_ns)
{
	if (thread->made_ns == made_ns)
		return true;
	/* One found in /proc has told no time. */
	return !thread->made_ns && (!roster->t0_ns || made_ns <= roster->t0_ns) && !thread->end_ns;
}

struct thread *roster__thread(struct roster *roster, pid_t pid, pid_t tid, int64_t made_ns)
{
	struct thread *thread = roster__find_thread(roster, tid);

	if (thread && is_same(roster, thread, made_ns)) {
		thread->made_ns = made_ns;
		return thread;
	}
	thread = g_new0(struct thread, 1);
	thread->tid = tid;
	thread->number = tid;
	thread->made_ns = made_ns;
	thread->process = roster__process(roster, pid);
	if (!thread->process) /* its birth was lost */
		thread->process = roster__born_process(roster, pid, 0, made_ns);
	g_strlcpy(thread->comm, thread->process->comm, sizeof(thread->comm));
	thread->process->living++;
	thread->process->end_ns = 0; /* those that had ended were not all */
	roster->living++;
	g_ptr_array_add(roster->threads, thread);
	g_hash_table_insert(roster->by_tid, GINT_TO_POINTER(tid), thread);
	return thread;
}

void roster__rename(struct roster *roster, pid_t tid, pid_t number)
{
	struct thread *thread = roster__find_thread(roster, tid);

	if (!thread)
		return;
	thread->number = number;
	g_hash_table_insert(roster->by_tid, GINT_TO_POINTER(number), thread);
}

void roster__end_thread(struct roster *roster, struct thread *thread, int64_t end_ns)
{
	if (thread->end_ns)
		return;
	thread->end_ns = end_ns;
	roster->living--;
	if (!--thread->process->living)
		thread->process->end_ns = end_ns;
}

size_t roster__living(const struct roster *roster)
{
	return roster->living;
}

size_t roster__count(const struct roster *roster)
{
	size_t count = 0;

	for (guint i = 0; i < roster->threads->len; i++) {
		const struct thread *thread = g_ptr_array_index(roster->threads, i);

		count += thread->id != 0;
	}
	return count;
}

int64_t roster__start_of(const struct roster *roster, const struct thread *thread)
{
	return MAX(thread->made_ns, roster->t0_ns);
}

static struct store_process process_row(const struct roster *roster, const struct process *process)
{
	return (struct store_process){
		.pid = process->pid,
		.parent_pid = process->parent,
		.comm = process->comm,
		.exe = process->exe,
		.uid = process->uid,
		.start_ns = MAX(process->start_ns, roster->t0_ns),
		.end_ns = process->end_ns,
	};
}

static struct store_thread thread_row(const struct roster *roster, const struct thread *thread,
				      int64_t t1_ns)
{
	return (struct store_thread){
		.process = thread->process->id,
		.tid = thread->tid,
		.comm = thread->comm,
		.start_ns = roster__start_of(roster, thread),
		.end_ns = thread->end_ns ? thread->end_ns : t1_ns,
		.born = thread->made_ns > roster->t0_ns,
		.ended = thread->end_ns != 0,
	};
}

store_id roster__process_id(struct roster *roster, struct process *process)
{
	struct store_process row;
	int status;

	if (process->id)
		return process->id;
	row = process_row(roster, process);
	status = store_writer__process(roster->writer, &row, &process->id);
	return status ? status : process->id;
}

store_id roster__id(struct roster *roster, struct thread *thread)
{
	struct store_thread row;
	store_id process;
	int status;

	if (thread->id)
		return thread->id;
	process = roster__process_id(roster, thread->process);
	if (process < 0)
		return process;
	row = thread_row(roster, thread, 0);
	status = store_writer__thread(roster->writer, &row, &thread->id);
	return status ? status : thread->id;
}

int roster__each_thread(struct roster *roster, roster_fn visit, void *ctx)
{
	int status = 0;

	for (guint i = 0; !status && i < roster->threads->len; i++)
		status = visit(ctx, g_ptr_array_index(roster->threads, i));
	return status;
}

int roster__each_process(struct roster *roster, roster_process_fn visit, void *ctx)
{
	int status = 0;

	for (guint i = 0; !status && i < roster->processes->len; i++)
		status = visit(ctx, g_ptr_array_index(roster->processes, i));
	return status;
}

int roster__finish(struct roster *roster, int64_t t1_ns)
{
	int status = 0;

	for (guint i = 0; !status && i < roster->threads->len; i++) {
		struct thread *thread = g_ptr_array_index(roster->threads, i);
		struct store_thread row = thread_row(roster, thread, t1_ns);

		/* A process is called what its first thread is called, or who took its place. */
		if (thread->number == thread->process->pid && !thread->end_ns)
			g_strlcpy(thread->process->comm, thread->comm,
				  sizeof(thread->process->comm));
		if (thread->id)
			status = store_writer__update_thread(roster->writer, thread->id, &row);
	}
	for (guint i = 0; !status && i < roster->processes->len; i++) {
		const struct process *process = g_ptr_array_index(roster->processes, i);
		struct store_process row = process_row(roster, process);

		if (!process->id)
			continue;
		status = store_writer__update_process(roster->writer, process->id, &row);
		if (!status)
			status = space__write(process->space, roster->writer, process->id);
	}
	return status;
}
