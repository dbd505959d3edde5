/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The single facts that decide what can be captured. */
#ifndef WALLFLAME_COLLECTOR_DOCTOR_CHECKS_H
#define WALLFLAME_COLLECTOR_DOCTOR_CHECKS_H

#include "collector/doctor.h"

#include <glib.h>

/* Appends a struct finding for each; `found` is malloc'ed. */
void doctor__check_system(GArray *findings);

#endif
