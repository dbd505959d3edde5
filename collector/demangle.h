/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_DEMANGLE_H
#define WALLFLAME_COLLECTOR_DEMANGLE_H

/* The C++ or Rust name behind a mangled one, malloc'ed for the caller; NULL when it is not one. */
char *demangle(const char *name);

#endif
