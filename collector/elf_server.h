/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* The process that reads ELF files for elf_reader: its loop. */
#ifndef WALLFLAME_COLLECTOR_ELF_SERVER_H
#define WALLFLAME_COLLECTOR_ELF_SERVER_H

/* Answers until the other end of the socket is closed. `debug_dir` as of elf_image__open. */
void elf_server__run(int socket, const char *debug_dir);

#endif
