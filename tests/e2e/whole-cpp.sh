#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# User stacks of C++: deep templates, and time that is spent while an exception is on its way.
WALLFLAME_TEST_TOOLS='g++ sqlite3'
. "$(dirname "$0")/whole.sh"
cd "$dir"

main='start;start_main;start_call_main;main'
# Between a thread's start and its work: libstdc++, which has no symbol for it, and std::thread.
thread='clone3;start_thread;[^;]*;[^;]*_M_run[^;]*'
napped='nap[^;]*;nanosleep;clock_nanosleep'
levels=
work='[^;]*_M_invoke[^;]*' # of std::function
for ((level = 12; level >= 0; level--)); do
  levels+="[^;]*deep::Level<$level>::descend[^;]*;"
done

check_variant() { # WHAT OPTION...
  note "$1"
  g++ -std=gnu++17 -O2 -g -Wall -Wextra -Werror -pthread "${@:2}" -o templates \
    "$here/programs/templates.cc"
  capture "$1.db" thrown ./templates
  check_whole "$1"
  check_chain offcpu deep 0.02 clock_nanosleep "$thread;descend_outer\\(\\);$levels$work;$napped"
  check_chain oncpu deep 0.02 'burn\(\)' "$thread;descend_outer\\(\\);$levels$work;burn\\(\\)"
  check_chain offcpu caught 0.02 'handled\(int\)' \
    "$thread;catch_outer\\(int\\);handled\\(int\\);(burn\\(\\)|$napped)"
  check_chain offcpu caught 0.02 'Guard::~Guard\(\)' \
    "$thread;catch_outer\\(int\\);between\\(int\\);guarded\\(int\\);Guard::~Guard\\(\\);(burn\\(\\)|$napped)"
  check_chain oncpu caught 0.02 'Guard::~Guard\(\)' \
    "$thread;catch_outer\\(int\\);between\\(int\\);guarded\\(int\\);Guard::~Guard\\(\\)"
  check_chain oncpu thrown 0.02 cxa_throw \
    "$main;throw_outer\\(int\\);rethrow\\(int\\);throw_number\\(int\\);cxa_throw"
}

check_variant omitted -fomit-frame-pointer
check_variant static -fomit-frame-pointer -static
