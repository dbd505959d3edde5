/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The formats of `wallflame doctor`. */
#ifndef WALLFLAME_CLI_DOCTOR_H
#define WALLFLAME_CLI_DOCTOR_H

#include "collector/doctor.h"

#include <stdio.h>

/* Return 0 or a negative errno of writing. */
int doctor__text(FILE *out, const struct diagnosis *diagnosis);
int doctor__json(FILE *out, const struct diagnosis *diagnosis);

#endif
