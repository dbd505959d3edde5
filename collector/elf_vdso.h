/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef WALLFLAME_COLLECTOR_ELF_VDSO_H
#define WALLFLAME_COLLECTOR_ELF_VDSO_H

/* This process's own vDSO in a file in memory: the caller's descriptor, or -1. */
int elf_vdso__copy(void);

#endif
