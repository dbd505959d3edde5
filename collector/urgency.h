/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * The collector needs little of a CPU, but that soon: rings that nobody empties lose what they get.
 * Its targets are often in trouble because too many want a CPU. So it goes before others where it
 * may (CAP_SYS_NICE); where not, it is as before.
 */
#ifndef WALLFLAME_COLLECTOR_URGENCY_H
#define WALLFLAME_COLLECTOR_URGENCY_H

/* How nice this process is, and those that it makes will be. */
int urgency__now(void);
void urgency__raise(void);
void urgency__restore(int was);

#endif
