// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include "collector/demangle.h"

#include <libiberty/demangle.h>
#include <string.h>

#define LONGEST 8192 /* a longer name is shown as it is: demangling can blow it up further */

char *demangle(const char *name)
{
	if ((strncmp(name, "_Z", 2) != 0 && strncmp(name, "_R", 2) != 0) ||
	    strnlen(name, LONGEST) == LONGEST)
		return NULL;
	return cplus_demangle(name, DMGL_AUTO | DMGL_PARAMS | DMGL_ANSI);
}
