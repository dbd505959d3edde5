#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# User stacks of C programs: whole, and with the call chains that the programs are known to have.
WALLFLAME_TEST_TOOLS='cc nm readelf sqlite3 strip'
. "$(dirname "$0")/whole.sh"
cd "$dir"

optimized=(-O2 -fomit-frame-pointer)
thread='clone3;start_thread;play'
napped='nap;nanosleep;clock_nanosleep'
# Frames of libc between its function and the system call, where there are any; then the kernel's.
kernel='([^;]*futex[^;]*;|lll_lock_wait;)*[^;]*_\[k\]'

check_chains() {
  check_chain offcpu chains 0.02 clock_nanosleep \
    "start;start_main;start_call_main;main;tick;$napped"
  check_chain offcpu dynamic 0.02 clock_nanosleep \
    "$thread;dynamic_outer;dynamic_middle;burn_and_nap;$napped"
  check_chain oncpu dynamic 0.02 burn "$thread;dynamic_outer;dynamic_middle;burn_and_nap;burn"
  check_chain offcpu aligned 0.02 clock_nanosleep \
    "$thread;aligned_outer;aligned_middle;burn_and_nap;$napped"
  check_chain oncpu aligned 0.02 burn "$thread;aligned_outer;aligned_middle;burn_and_nap;burn"
  check_chain offcpu qsort 0.02 clock_nanosleep \
    "$thread;qsort_outer;(qsort;)?qsort_r;(msort_with_tmp;)*qsort_compare;qsort_middle;burn_and_nap;$napped"
  check_chain oncpu qsort 0.02 qsort_compare \
    "$thread;qsort_outer;(qsort;)?qsort_r;(msort_with_tmp;)*qsort_compare"
  check_chain oncpu plt 0.02 plt_middle "$thread;plt_outer;plt_middle"
  check_chain oncpu plt 0.02 rand_r "$thread;plt_outer;plt_middle;rand_r"
  check_chain oncpu vdso 0.02 'vdso_clock_gettime' \
    "$thread;vdso_outer;vdso_middle;clock_gettime;vdso_clock_gettime"
  check_chain oncpu inline 0.02 inline_outer "$thread;inline_outer"
  check_chain offcpu cond 0.3 'do_futex_\[k\]' "$thread;cond_outer;cond_middle;pthread_cond_wait;$kernel"
  check_chain offcpu mutex 0.02 'do_futex_\[k\]' \
    "$thread;mutex_outer;mutex_middle;pthread_mutex_lock;$kernel"
  check_chain offcpu sleep 0.3 clock_nanosleep "$thread;sleep_outer;$napped"
  check_chain offcpu read 0.3 'vfs_read_\[k\]' "$thread;read_outer;read_middle;read;$kernel"
  check_chain offcpu poll 0.3 'do_sys_poll_\[k\]' "$thread;poll_outer;poll_middle;poll;$kernel"
  check_chain offcpu futex 0.3 'do_futex_\[k\]' "$thread;futex_outer;futex_middle;syscall;$kernel"
  check_chain offcpu signal 0.02 clock_nanosleep \
    "$thread;signal_outer;signal_middle;restore_rt;signal_handler;$napped"
  check_chain offcpu pause 0.02 clock_nanosleep \
    "$thread;pause_outer;pause;restore_rt;pause_handler;$napped"
}

check_variant() { # WHAT OPTION...
  note "$1"
  compile chains "${@:2}"
  capture "$1.db" pause ./chains
  check_whole "$1"
  check_chains
}

check_variant omitted "${optimized[@]}"
note "inlined calls"
share=$(awk '/;inline;/ { all += $NF }
  /;inline_outer;inline_middle_\[i\];inline_inner_\[i\];inline_leaf_\[i\] / { part += $NF }
  END { print part / all }' folded.oncpu)
holds "share of inline_leaf" "$share > 0.5"

check_variant no-pie "${optimized[@]}" -no-pie
check_variant static "${optimized[@]}" -static
check_variant frame-pointers -O2 -fno-omit-frame-pointer

note "stripped"
compile chains "${optimized[@]}"
strip -o bare chains
name_by chains bare
capture stripped.db pause ./bare
check_whole stripped
sed -i 's/^bare;/chains;/' folded.oncpu folded.offcpu
check_chains
rm names

note "stacks that do not fit"
compile deep "${optimized[@]}"
capture deep.db aside ./deep
shallow=$(printf 'descend;%.0s' {1..60})
descends=$(printf 'descend;%.0s' {1..20})
check_chain offcpu shallow 0.02 clock_nanosleep \
  "clone3;start_thread;play_shallow;${shallow}bottom;$napped"
check_chain oncpu shallow 0.02 bottom "clone3;start_thread;play_shallow;${shallow}bottom"
# Of the deep one the inner end is kept, and the outer end is not made up.
check_chain offcpu recursion 0.02 clock_nanosleep "\[truncated\];${descends}(descend;)*bottom;$napped"
check_chain oncpu recursion 0.02 bottom "\[truncated\];${descends}(descend;)*bottom"
holds "stacks counted as truncated" \
  "0$(sql deep.db "SELECT count FROM loss WHERE kind = 'truncated-stacks'") > 100"
# A handler on a stack of its own: what it interrupted is on the other one, of which the register
# tells the place alone.
check_chain offcpu aside 0.02 handle_aside "$(
)(clone3;start_thread;play_aside;wait_aside;pause|\[(truncated|broken stack)\](;pause)?);$(
)restore_rt;handle_aside;$napped"

note "a library that is unloaded in the window"
cc -std=gnu11 "${optimized[@]}" -g -shared -fPIC -o plugin.so "$here/programs/plugin.c"
compile plugin_host "${optimized[@]}"
start ./plugin_host ./plugin.so
pid=$started_pid
sleep 0.3
"$WALLFLAME" record -q --budget 100 -d 5 -F 999 -p "$pid" -o plugin.db &
recorder=$!
started+=("$recorder")
begun() { [ "$(sql plugin.db 'SELECT count(*) FROM slice')" -gt 0 ]; }
eventually 4 begun || wrong "the capture has not begun"
kill -USR1 "$pid"
finish "$recorder" || wrong "the capture failed"
stop "$pid"
read_stacks plugin.db
check_whole plugin
main='start;start_main;start_call_main;main'
check_chain oncpu '' 0.02 plugin_burn "$main;play_plugin;plugin_outer;plugin_middle;plugin_burn"
check_chain offcpu '' 0.02 plugin_wait \
  "$main;play_plugin;plugin_outer;plugin_middle;plugin_wait;nanosleep;clock_nanosleep"
check_chain offcpu '' 0.02 idle "$main;idle;nanosleep;clock_nanosleep"
