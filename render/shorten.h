/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Names of C++ and Rust functions without what is in their brackets. */
#ifndef WALLFLAME_RENDER_SHORTEN_H
#define WALLFLAME_RENDER_SHORTEN_H

#include <glib.h>

/*
 * Appends a demangled name; in place of template (generic) arguments and of parameters it has an
 * ellipsis: "std::vector<…>::push_back(…)". What tells functions apart stays: operators, lambdas,
 * "(anonymous namespace)", and what Rust implements for what, "<Vec<…> as Iterator>::next". Of
 * brackets that do not match all that follows stays as it is. Takes linear time, whatever the name.
 */
void shorten__name(GString *out, const char *name);

#endif
