// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/shorten.h"

#include <stdbool.h>
#include <string.h>

#define ELLIPSIS "\xe2\x80\xa6" /* U+2026 */

/* Longer ones before their beginnings. */
static const char *const operators[] = {
	"()", "[]", "<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "==", "!=",
	"&&", "||", "++",  "--",  "+=",	 "-=",	"*=", "/=", "%=", "^=", "&=", "|=", "<",
	">",  "+",  "-",   "*",	  "/",	 "%",	"^",  "&",  "|",  "~",	"!",  "=",  ",",
};

/* What is no list of arguments although it comes after "::". */
static const char *const bracketed_names[] = {"<impl ", "<lambda", "<anonymous", "<unnamed"};

static bool is_word(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

/* The length of "operator<<" and the like where one begins, else 0. */
static size_t operator_length(const char *name, const char *at)
{
	static const char word[] = "operator";

	if (strncmp(at, word, sizeof(word) - 1) != 0 || (at > name && is_word(at[-1])))
		return 0;
	for (size_t i = 0; i < G_N_ELEMENTS(operators); i++) {
		if (g_str_has_prefix(at + sizeof(word) - 1, operators[i]))
			return sizeof(word) - 1 + strlen(operators[i]);
	}
	return 0;
}

/* Behind the ')' of the '(' at `open`; NULL when there is none. */
static const char *behind_parameters(const char *open)
{
	size_t depth = 0;

	for (const char *at = open; *at; at++) {
		depth += *at == '(';
		if (*at == ')' && --depth == 0)
			return at + 1;
	}
	return NULL;
}

/*
 * Behind the '>' of the '<' at `open`; NULL when there is none. Demanglers put expressions, in
 * which these may be operators, into parentheses.
 */
static const char *behind_arguments(const char *name, const char *open)
{
	const char *at = open;
	size_t depth = 0;

	while (at && *at) {
		size_t length = operator_length(name, at);

		if (length) {
			at += length;
		} else if (*at == '(') {
			at = behind_parameters(at);
		} else {
			depth += *at == '<';
			/* "->" comes before what a function of Rust returns. */
			if (*at == '>' && at[-1] != '-' && --depth == 0)
				return at + 1;
			at++;
		}
	}
	return NULL;
}

/* Not "<T as Trait>", "<impl Trait for T>" or "<init>": those belong to the name. */
static bool begins_arguments(const char *name, const char *at, bool after_operator)
{
	char before = 0;

	if (at > name)
		before = at[-1];
	if (after_operator || is_word(before) || before == '}' || before == ']')
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(bracketed_names); i++) {
		if (g_str_has_prefix(at, bracketed_names[i]))
			return false;
	}
	return before == ':';
}

/* Not "(anonymous namespace)", a tuple, or the declarator of what returns a function. */
static bool begins_parameters(const char *name, const char *at)
{
	return at > name && (is_word(at[-1]) || strchr(">)}]", at[-1]));
}

/* Behind what is left out at `at`; `at` itself where nothing is, NULL where brackets do not match.
 */
static const char *skip(const char *name, const char *at, bool after_operator)
{
	if (*at == '<' && begins_arguments(name, at, after_operator))
		return behind_arguments(name, at);
	if (*at == '(' && (after_operator || begins_parameters(name, at)))
		return behind_parameters(at);
	return at;
}

void shorten__name(GString *out, const char *name)
{
	const char *at = name;
	bool after_operator = false;

	/* "py::<module>:/a.py": CPython's names for perf (Doc/howto/perf_profiling.rst). */
	if (g_str_has_prefix(name, "py::")) {
		g_string_append(out, name);
		return;
	}
	while (*at) {
		size_t length = operator_length(name, at);
		const char *end = skip(name, at, after_operator);

		if (length) {
			/* "operator<< <int>" */
			length += at[length] == ' ' && at[length + 1] == '<';
			g_string_append_len(out, at, (gssize)length);
			at += length;
		} else if (!end) {
			g_string_append(out, at);
			return;
		} else if (end > at + 2) {
			g_string_append_printf(out, "%c" ELLIPSIS "%c", *at, end[-1]);
			at = end;
		} else {
			g_string_append_c(out, *at++);
		}
		after_operator = length > 0;
	}
}
