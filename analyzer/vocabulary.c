// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "analyzer/vocabulary.h"

#include <glib.h>
#include <string.h>

#include "analyzer/vocabulary_words.h"

struct vocabulary {
	GHashTable *kernel; /* exact name -> index of a word + 1 */
	GHashTable *user;
	GArray *sets; /* uint64_t by that index */
	GArray *patterns; /* struct pattern */
};

struct pattern {
	bool kernel;
	bool anywhere; /* else the first part is at the beginning */
	char **parts; /* one after the other, with anything in between */
	uint64_t sets;
};

static bool is_kernel(enum set set)
{
	return set < U_LOCK;
}

static void add_exact(struct vocabulary *vocabulary, enum set set, const char *word)
{
	GHashTable *table = is_kernel(set) ? vocabulary->kernel : vocabulary->user;
	guint index = GPOINTER_TO_UINT(g_hash_table_lookup(table, word));
	uint64_t none = 0;

	if (!index) {
		g_array_append_val(vocabulary->sets, none);
		index = vocabulary->sets->len;
		g_hash_table_insert(table, g_strdup(word), GUINT_TO_POINTER(index));
	}
	g_array_index(vocabulary->sets, uint64_t, index - 1) |= IN(set);
}

/* "name", or with stars between, around or behind parts: "prefix*", "*part*", "*part*part*". */
static void add_word(struct vocabulary *vocabulary, enum set set, const char *word, size_t length)
{
	struct pattern pattern = {.kernel = is_kernel(set), .sets = IN(set)};
	char *copy = g_strndup(word, length);

	if (word[length - 1] != '*') {
		add_exact(vocabulary, set, copy);
	} else {
		copy[length - 1] = '\0';
		pattern.anywhere = *copy == '*';
		pattern.parts = g_strsplit(copy + pattern.anywhere, "*", -1);
		g_array_append_val(vocabulary->patterns, pattern);
	}
	g_free(copy);
}

struct vocabulary *vocabulary__new(void)
{
	struct vocabulary *vocabulary = g_new0(struct vocabulary, 1);

	vocabulary->kernel = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	vocabulary->user = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	vocabulary->sets = g_array_new(FALSE, FALSE, sizeof(uint64_t));
	vocabulary->patterns = g_array_new(FALSE, FALSE, sizeof(struct pattern));
	for (size_t i = 0; i < vocabulary_word_count; i++) {
		const char *word = vocabulary_words[i].names;

		while (*(word += strspn(word, " "))) {
			size_t length = strcspn(word, " ");

			add_word(vocabulary, vocabulary_words[i].set, word, length);
			word += length;
		}
	}
	return vocabulary;
}

void vocabulary__free(struct vocabulary *vocabulary)
{
	if (!vocabulary)
		return;
	for (guint i = 0; i < vocabulary->patterns->len; i++)
		g_strfreev(g_array_index(vocabulary->patterns, struct pattern, i).parts);
	g_array_free(vocabulary->patterns, TRUE);
	g_array_free(vocabulary->sets, TRUE);
	g_hash_table_destroy(vocabulary->user);
	g_hash_table_destroy(vocabulary->kernel);
	g_free(vocabulary);
}

/*
 * A kernel function's name ends at the first dot (.isra.0, .constprop.0, .part.0, .cold) or at its
 * module. A user function's may contain dots (Go): only what compilers and linkers add is cut.
 */
static size_t name_length(const char *symbol, bool kernel)
{
	static const char *const ends[] = {"@", ".isra.", ".constprop.", ".part.", ".cold"};
	size_t length = strcspn(symbol, kernel ? ". \t[" : "\t");

	for (size_t i = 0; !kernel && i < G_N_ELEMENTS(ends); i++) {
		const char *end = strstr(symbol, ends[i]);

		if (end && end > symbol && (size_t)(end - symbol) < length)
			length = end - symbol;
	}
	return length;
}

static bool matches(const struct pattern *pattern, const char *name)
{
	if (!pattern->anywhere && !g_str_has_prefix(name, pattern->parts[0]))
		return false;
	for (char *const *part = pattern->parts; name && *part; part++) {
		name = strstr(name, *part);
		name = name ? name + strlen(*part) : NULL;
	}
	return name != NULL;
}

uint64_t vocabulary__sets(const struct vocabulary *vocabulary, const char *symbol, bool kernel)
{
	size_t length = name_length(symbol, kernel);
	char *name = g_strndup(symbol, length);
	guint index = GPOINTER_TO_UINT(
		g_hash_table_lookup(kernel ? vocabulary->kernel : vocabulary->user, name));
	uint64_t sets = index ? g_array_index(vocabulary->sets, uint64_t, index - 1) : 0;

	for (guint i = 0; i < vocabulary->patterns->len; i++) {
		const struct pattern *pattern =
			&g_array_index(vocabulary->patterns, struct pattern, i);

		if (pattern->kernel == kernel && matches(pattern, name))
			sets |= pattern->sets;
	}
	g_free(name);
	return sets;
}
