#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# seeds.sh BUILD: what each fuzzer begins with, in BUILD/seeds/NAME: small files as they come.
set -euo pipefail
build=$(realpath "$1")
work=$(mktemp -d "${TMPDIR:-/tmp}/wallflame-seeds.XXXXXX")
trap 'rm -rf "$work"' EXIT
rm -rf "$build/seeds"
mkdir -p "$build/seeds"/{elf,go_table,perf_map,folded,perf_script}

cd "$build/seeds/go_table"
"$build/go-seeds" .

cd "$work"
cat >inlined.cc <<'TEXT'
template <class T> static inline __attribute__((always_inline)) T inner(T x)
{
	asm volatile("nop");
	return x > 2 ? x * 3 : 7;
}
struct shape {
	int sides(int x);
};
__attribute__((noinline)) int shape::sides(int x)
{
	int room[16];
	for (int i = 0; i < x; i++)
		room[i % 16] = inner(i);
	return inner<long>(x) + room[x % 16];
}
extern "C" int begin(int x)
{
	shape s;
	return s.sides(x) + inner(x);
}
TEXT
make_elf() { # NAME OPTION...
  g++ -nostdlib -nostartfiles -Wl,-ebegin,-z,noseparate-code -O2 "${@:2}" -o "$1" inlined.cc
}
make_elf dwarf5 -g -Wl,--build-id
make_elf dwarf4 -gdwarf-4 -no-pie
make_elf compressed -g -gz
make_elf go -no-pie -Wl,-Ttext=0x401000
make_elf shared -shared -fPIC -g1 -fdebug-types-section
make_elf pointers -fno-omit-frame-pointer -fno-asynchronous-unwind-tables -g
clang++ -nostdlib -nostartfiles -Wl,-ebegin -fno-rtti -O2 -g -o clang inlined.cc
strip -o stripped shared
objcopy --only-keep-debug dwarf5 debug
objcopy --add-gnu-debuglink=debug stripped linked
nm --format=posix dwarf4 | cut -d ' ' -f 1 >keep
objcopy -S --keep-symbols=keep dwarf4 mini
xz -f -k mini
strip -o minidebug dwarf4
objcopy --add-section .gnu_debugdata=mini.xz minidebug
for table in "$build"/seeds/go_table/*; do
  objcopy --add-section .gopclntab="$table" --set-section-flags .gopclntab=alloc,readonly \
    --change-section-address .gopclntab=0x500000 go "go-$(basename "$table")" 2>/dev/null
done
rm -f mini.xz keep inlined.cc debug
cp -- * "$build/seeds/elf"

cd "$build/seeds/perf_map"
printf '7f0000001000 40 LazyCompile:~main /app/main.js:1\n7f0000001040 1a0 _ZN2v88internal5RunEv\n' >map
printf '1000 10 first\n1000 20 newer\n0x2000 8 with 0x\n3000 0 empty\n4000 10\nffffffffffffffff 1 last\n' >odd

cd "$build/seeds/folded"
printf 'main;work;read_[k] 12\nmain;work;inline_[i] 3.5\nmain 1\n' >perf
printf '# a comment\nall;a b;[unknown] 9223372036854775807\n;; 4\n' >odd
printf 'swapper;-;std::vector<int, std::allocator<int> >::push_back(int&&) 7\r\n' >names

cd "$build/seeds/perf_script"
printf 'sh 28341  2879.303050:     250000 cpu-clock: \n\tffffffff8158c3f5 do_fault+0xd5 ([kernel.kallsyms])\n\t            e3a4 main+0x784 (/usr/bin/sh)\n\n' >chain
printf '# header\nWeb Content 7/8 [003] 1.5:  10 cycles:P: \n    401136 f(int)+0x12 (/tmp/a (deleted))\n    0 g()+0x0 (inlined)\n    1 [unknown] ([unknown])\n' >odd
printf 'ls 12 1.5: 1 c:  564336f26646 [unknown] (/usr/bin/dash)\nls 12 [001] 5.5: sched:sched_switch: prev_pid=12\n\t7f00 x+0x3 (/tmp/perf-1.map)\n' >single
