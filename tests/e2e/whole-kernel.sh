#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The kernel's half: marked as such, with the names of BPF programs and of modules' functions.
WALLFLAME_TEST_TOOLS='cc dd mkfs.ext4 sqlite3'
. "$(dirname "$0")/whole.sh"
cd "$dir"

# What the kernel calls the module of a function, "kernel" where it is in none.
module_of() {
  awk -v name="$1" '$3 == name { gsub(/[][]/, "", $4); print $4 == "" ? "kernel" : $4; exit }' /proc/kallsyms
}

# check_module FILE SYMBOL
check_module() {
  same "module of $2" \
    "$(sql "$1" "SELECT DISTINCT path FROM frame JOIN module ON module.id = module WHERE symbol = '$2'")" \
    "$(module_of "$2")"
}

note "a BPF program of the target's own"
compile filtered -O2 -fomit-frame-pointer
start ./filtered
sleep 0.3
record filtered.db -F 999 -d 1 -p "$started_pid"
program=$(sed -n 's/.* \(bpf_prog_[0-9a-f]*_wf_spin\)\t.*/\1/p' /proc/kallsyms | head -n 1)
read_stacks filtered.db
check_module filtered.db "$program"
stop "$started_pid"
check_whole filtered
check_chain oncpu '' 0.5 "${program}_\\[k\\]" \
  "start;start_main;start_call_main;main;send;([^;]*_\\[k\\];)+${program}_\\[k\\]"

# On a kernel whose ext4 is built in, these are no module's functions: then that is what they say.
note "a file system, which most kernels have as a module"
truncate -s 64M image
mkfs.ext4 -q -F image
mkdir mounted
mount -o loop image mounted
mounted+=("$dir/mounted")
record ext4.db -F 999 -- dd if=/dev/zero of=mounted/file bs=4k count=3000 oflag=dsync status=none
name_entry "$(readlink -f "$(command -v dd)")"
read_stacks ext4.db
check_whole ext4
check_module ext4.db ext4_sync_file
check_chain offcpu '' 0.2 'ext4_sync_file_\[k\]' \
  'start;start_main;start_call_main;([^;]*;)+write;([^;]*_\[k\];)+ext4_sync_file_\[k\]'

note "the marks"
# Between the first of the kernel's frames and the end of a stack there is no frame of the user's.
for view in oncpu offcpu; do
  holds "stacks with a user's frame under the kernel's" \
    "$(grep -cE '_\[k\];([^;]*[^]];|[^;]*[^]] [0-9]+$)' "folded.$view" || true) == 0"
done
