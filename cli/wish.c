// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "cli/wish.h"

#include "cli/options.h"

bool wish__has(int letter)
{
	return letter == 'v' || letter == 'r' || (letter >= WISH_BY && letter < WISH_END);
}

int wish__parse(const char *command, int letter, struct flame_wish *wish)
{
	switch (letter) {
	case 'v':
		wish->view = flame_view__find(optarg);
		return options__found(command, wish->view, "view");
	case WISH_BY:
		wish->roots = flame_roots__find(optarg);
		return options__found(command, wish->roots, "root");
	case WISH_THREAD:
		wish->pick.thread = optarg;
		return 0;
	case WISH_COMM:
		wish->pick.comm = optarg;
		return 0;
	case WISH_CAUSE:
		wish->pick.cause = optarg;
		return 0;
	case WISH_STATE:
		wish->pick.state = optarg;
		return 0;
	default:
		wish->reversed = true;
		return 0;
	}
}

void wish__help_row(FILE *out, const char *name, const char *meaning)
{
	fprintf(out, "                         %-10s  %s\n", name, meaning);
}

void wish__help(FILE *out)
{
	size_t count;
	const struct flame_view *views = flame_view__all(&count);

	fprintf(out, "  -v, --view VIEW      what is shown (default: %s)\n", views[0].name);
	for (size_t i = 0; i < count; i++)
		wish__help_row(out, views[i].name, views[i].meaning);

	const struct flame_roots *roots = flame_roots__all(&count);

	fprintf(out, "      --by ROOTS       what stacks are rooted in (default: %s)\n",
		roots[0].name);
	for (size_t i = 0; i < count; i++)
		wish__help_row(out, roots[i].name, roots[i].meaning);
	fprintf(out,
		"  -r, --reverse        merge stacks from the leaf, their callers above it\n"
		"      --thread THREAD  only the threads of this id or name\n"
		"      --comm NAME      only the processes of this name\n"
		"      --cause CAUSE    only time with this cause, or with one of this group:\n"
		"                         lock/futex, lock\n"
		"      --state STATE    only time in this state, \"blocked\" or \"runnable\"\n");
}
