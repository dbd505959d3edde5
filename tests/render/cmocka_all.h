/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* cmocka.h wants these before it. */
#ifndef WALLFLAME_TESTS_RENDER_CMOCKA_ALL_H
#define WALLFLAME_TESTS_RENDER_CMOCKA_ALL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
