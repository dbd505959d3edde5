// SPDX-License-Identifier: GPL-2.0-only OR MIT
/* Locks: who waited for which kind, by stacks, and the kernel's own locks by their addresses. */
#include "render/html_parts.h"
#include "render/html_sections.h"
#include "render/lock_waiters.h"

#include <inttypes.h>
#include <string.h>

#define MAX_LOCKS 40
#define MAX_WAITERS 40

/* Threads of one name waiting for one cause. */
struct waiter {
	uint32_t cause;
	const char *comm;
	double ns;
	double basis[BASIS_COUNT];
	GHashTable *threads; /* by index */
};

static void waiter__free(gpointer data)
{
	struct waiter *waiter = data;

	g_hash_table_destroy(waiter->threads);
	g_free(waiter);
}

static gboolean is_lock(const char *cause)
{
	return g_str_has_prefix(cause, "lock/") || strcmp(cause, "fd-allocation/table-lock") == 0;
}

static guint waiter__hash(gconstpointer key)
{
	const struct waiter *waiter = key;

	return g_str_hash(waiter->comm) * 31 + waiter->cause;
}

static gboolean waiter__equal(gconstpointer a, gconstpointer b)
{
	const struct waiter *left = a;
	const struct waiter *right = b;

	return left->cause == right->cause && strcmp(left->comm, right->comm) == 0;
}

static void count(GHashTable *table, GPtrArray *list, const struct analysis *analysis,
		  const struct piece *piece)
{
	struct waiter key = {.cause = piece->cause, .comm = analysis->threads[piece->thread].comm};
	struct waiter *waiter = g_hash_table_lookup(table, &key);

	if (!waiter) {
		waiter = g_memdup2(&key, sizeof(key));
		waiter->threads = g_hash_table_new(g_direct_hash, g_direct_equal);
		g_hash_table_add(table, waiter);
		g_ptr_array_add(list, waiter);
	}
	waiter->ns += piece->ns;
	waiter->basis[piece->basis] += piece->ns;
	g_hash_table_add(waiter->threads, GUINT_TO_POINTER(piece->thread));
}

static gint longest_first(gconstpointer a, gconstpointer b)
{
	const struct waiter *left = *(const struct waiter *const *)a;
	const struct waiter *right = *(const struct waiter *const *)b;

	if (left->ns != right->ns)
		return left->ns > right->ns ? -1 : 1;
	return strcmp(left->comm, right->comm);
}

static GPtrArray *waiters_of(const struct analysis *analysis)
{
	GHashTable *table = g_hash_table_new(waiter__hash, waiter__equal);
	GPtrArray *list = g_ptr_array_new_with_free_func(waiter__free);

	for (size_t i = 0; i < analysis->piece_count; i++) {
		const struct piece *piece = &analysis->pieces[i];

		if (is_lock(analysis->cause_names[piece->cause]))
			count(table, list, analysis, piece);
	}
	g_ptr_array_sort(list, longest_first);
	g_hash_table_destroy(table);
	return list;
}

static const struct html_column waiter_columns[] = {
	{"lock", HTML_TEXT},   {"who waits", HTML_TEXT}, {"threads", HTML_NUMBER},
	{"time", HTML_NUMBER}, {"", HTML_GRAPHIC},	 {"evidence", HTML_EVIDENCE},
};

static enum basis weakest(const struct waiter *waiter)
{
	return waiter->basis[BASIS_ESTIMATED] > 0 ? BASIS_ESTIMATED
	       : waiter->basis[BASIS_SAMPLED] > 0 ? BASIS_SAMPLED
						  : BASIS_EXACT;
}

static void write_waiters(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(waiter_columns);
	GPtrArray *list = waiters_of(analysis);
	const struct waiter *longest = list->len ? g_ptr_array_index(list, 0) : NULL;

	(void)fputs("<h3>Who waits</h3>\n", out);
	if (!longest)
		html__say(out, "p class=\"note\"", "No thread was seen waiting for a lock.");
	else
		html_table__begin(out, &table, "Who waits for locks");
	for (guint i = 0; i < list->len && i < MAX_WAITERS; i++) {
		const struct waiter *waiter = g_ptr_array_index(list, i);
		char *bar = html__bar(waiter->ns / longest->ns, "c-lock");

		html_table__row(
			out, &table, NULL,
			(const char *[]){analysis->cause_names[waiter->cause], waiter->comm,
					 units__count(g_hash_table_size(waiter->threads)).text,
					 units__duration(waiter->ns).text, bar,
					 basis__name(weakest(waiter))});
		g_free(bar);
	}
	if (longest)
		html_table__end(out);
	if (list->len > MAX_WAITERS)
		html__say(out, "p class=\"note\"", "and %u more", list->len - MAX_WAITERS);
	g_ptr_array_free(list, TRUE);
}

static const struct html_column lock_columns[] = {
	{"address", HTML_CODE},	  {"kind", HTML_TEXT},	    {"wanted in", HTML_CODE},
	{"cause", HTML_TEXT},	  {"waits", HTML_NUMBER},   {"total", HTML_NUMBER},
	{"longest", HTML_NUMBER}, {"threads", HTML_NUMBER}, {"who waits", HTML_PROSE},
};

static void write_lock(FILE *out, const struct html_table *table, const struct analysis *analysis,
		       const struct lock_row *row)
{
	char *waiters = lock_waiters__words(analysis, row);
	char address[24];

	(void)snprintf(address, sizeof(address), "0x%" PRIx64, row->address);
	html_table__row(
		out, table, NULL,
		(const char *[]){address, row->kind, row->where ? row->where : "(no stack drawn)",
				 row->cause ? row->cause : "", units__short_count(row->count).text,
				 units__duration((double)row->ns).text,
				 units__duration((double)row->max_ns).text,
				 units__short_count(row->threads).text, waiters});
	g_free(waiters);
}

static void write_kernel_locks(FILE *out, const struct analysis *analysis)
{
	static const struct html_table table = HTML_TABLE(lock_columns);

	(void)fputs(
		"<h3>Kernel locks</h3>\n<p class=\"remark\">waits on the slow path; exact</p>\n",
		out);
	if (analysis->lock_count == 0) {
		html__say(out, "p class=\"note\"", "%s",
			  strcmp(analysis->capture.lock_backend, "none") == 0
				  ? "Not measured: neither lock contention tracepoints nor the "
				    "functions of the slow paths were open to wallflame."
				  : "No thread waited for a kernel lock.");
		return;
	}
	html_table__begin(out, &table, "Kernel locks");
	for (size_t i = 0; i < analysis->lock_count && i < MAX_LOCKS; i++)
		write_lock(out, &table, analysis, &analysis->locks[i]);
	html_table__end(out);
	if (analysis->lock_count > MAX_LOCKS)
		html__say(out, "p class=\"note\"", "and %s more locks: see the JSON report",
			  units__count((int64_t)(analysis->lock_count - MAX_LOCKS)).text);
}

void html_section__locks(FILE *out, const struct analysis *analysis)
{
	html__section(out, "locks", "Locks", "time waited, and by whom");
	write_waiters(out, analysis);
	write_kernel_locks(out, analysis);
	html__section_end(out);
}
