// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "render/perf_script.h"

#include <ctype.h>
#include <glib.h>
#include <string.h>

#define DIGITS "0123456789"
#define HEX_DIGITS "0123456789abcdef"
#define SPACES " \t"
#define UNKNOWN "[unknown]"

/* "12" or "12/34", also "-1": after what is a comm. */
static size_t id_length(const char *text)
{
	size_t length = text[0] == '-';
	size_t digits = strspn(text + length, DIGITS);

	length += digits;
	if (digits && text[length] == '/') {
		length++;
		length += text[length] == '-';
		digits = strspn(text + length, DIGITS);
		length += digits;
	}
	return digits && text[length] && strchr(SPACES, text[length]) ? length : 0;
}

static char *skip_spaces(char *text)
{
	return text + strspn(text, SPACES);
}

/* What follows "[003] 123.456789:" or "123.456789:", or NULL. */
static char *after_time(char *text)
{
	size_t whole, part;

	if (*text == '[') {
		size_t cpu = strspn(text + 1, DIGITS);

		if (!cpu || text[cpu + 1] != ']')
			return NULL;
		text = skip_spaces(text + cpu + 2);
	}
	whole = strspn(text, DIGITS);
	if (!whole || text[whole] != '.')
		return NULL;
	part = strspn(text + whole + 1, DIGITS);
	text += whole + 1 + part;
	return part && *text == ':' ? text + 1 : NULL;
}

/* "250000 cpu-clock:pppH:", "sched:sched_switch: prev_comm=..." */
static bool parse_event(char *text, struct perf_header *header)
{
	size_t digits;
	char *end;

	text = skip_spaces(text);
	digits = strspn(text, DIGITS);
	header->period = -1;
	if (digits && text[digits] && strchr(SPACES, text[digits])) {
		guint64 period = g_ascii_strtoull(text, NULL, 10);

		if (period > INT64_MAX)
			return false;
		header->period = (int64_t)period;
		text = skip_spaces(text + digits);
	}
	end = text + strcspn(text, SPACES);
	if (end - text < 2 || end[-1] != ':')
		return false;
	header->event = text;
	header->rest = *end ? skip_spaces(end + 1) : end;
	end[-1] = '\0';
	return true;
}

bool perf_header__parse(char *line, struct perf_header *header)
{
	char *comm = skip_spaces(line);
	char *space = comm;

	/* A comm may hold spaces and numbers: it ends where the rest is as it should be. */
	while ((space = strpbrk(space, SPACES))) {
		char *id = skip_spaces(space);
		size_t length = id_length(id);
		char *rest = length ? after_time(skip_spaces(id + length)) : NULL;

		if (rest && parse_event(rest, header)) {
			*space = '\0';
			header->comm = comm;
			return true;
		}
		space = id;
	}
	return false;
}

/* Where the "(" of the ")" that ends the text is, or NULL: "(/a (deleted))" is one. */
static char *find_module(char *text)
{
	size_t length = strlen(text);
	size_t depth = 0;

	if (!length || text[length - 1] != ')')
		return NULL;
	for (char *at = text + length; at-- > text;) {
		depth += *at == ')';
		if (*at == '(' && --depth == 0)
			return at > text && strchr(SPACES, at[-1]) ? at : NULL;
	}
	return NULL;
}

/* Takes "+0x1f" off the end. */
static void cut_offset(char *symbol)
{
	char *plus = strrchr(symbol, '+');

	if (plus && g_str_has_prefix(plus, "+0x") && plus[3] &&
	    plus[3 + strspn(plus + 3, HEX_DIGITS)] == '\0')
		*plus = '\0';
}

static enum flame_kind kind_of(const char *address, size_t digits, const char *module)
{
	/* Kernels have the upper half of a 64-bit address space, but for the vsyscall page. */
	bool upper = digits == 16 && strchr("89abcdef", address[0]);

	if (strcmp(module, "inlined") == 0)
		return FLAME_INLINED;
	if (g_str_has_prefix(module, "[kernel") || g_str_has_prefix(module, "[guest.kernel"))
		return FLAME_KERNEL;
	if (strcmp(module, UNKNOWN) != 0 && strcmp(module, "[vsyscall]") != 0 && upper)
		return FLAME_KERNEL;
	/* /tmp/perf-PID.map, and memory without a file: perf's names for code made at run time. */
	if (g_str_has_prefix(module, "/tmp/perf-") || g_str_has_prefix(module, "//anon"))
		return FLAME_JIT;
	return FLAME_USER;
}

bool perf_frame__parse(char *line, struct perf_frame *frame)
{
	char *address = skip_spaces(line);
	size_t digits = strspn(address, HEX_DIGITS);
	char *symbol = address + digits;
	char *module;

	if (!digits || digits > 16 || !*symbol || !strchr(SPACES, *symbol))
		return false;
	module = find_module(symbol);
	if (!module)
		return false;
	module[-1] = '\0';
	*module++ = '\0';
	module[strlen(module) - 1] = '\0';
	symbol = g_strstrip(symbol);
	cut_offset(symbol);
	frame->kind = kind_of(address, digits, module);
	frame->symbol = symbol;
	frame->module = frame->kind == FLAME_INLINED || strcmp(module, UNKNOWN) == 0 ? NULL
										     : module;
	if (*symbol && strcmp(symbol, UNKNOWN) != 0)
		return true;
	frame->symbol = UNKNOWN;
	if (!frame->module)
		frame->kind = FLAME_NOTE;
	return true;
}
