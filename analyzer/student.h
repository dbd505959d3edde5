/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Student's t distribution, for any number of degrees of freedom above 0. */
#ifndef WALLFLAME_ANALYZER_STUDENT_H
#define WALLFLAME_ANALYZER_STUDENT_H

/* The chance of a |T| of at least |t|; 0 for an infinite t. */
double student__two_sided(double t, double freedom);
/* The t that |T| stays below with this probability, from 0 up to, not including, 1. */
double student__within(double probability, double freedom);

#endif
