#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# User stacks of Go: goroutines that burn, read files and wait in system calls; with its symbols and
# without.
WALLFLAME_TEST_TOOLS='go nm readelf sqlite3'
. "$(dirname "$0")/whole.sh"
cd "$dir"
export GOCACHE="$dir/cache" CGO_ENABLED=0 GO111MODULE=off GOFLAGS=

head -c 20000000 /dev/zero >file
routine='runtime\.goexit;main\.main\.func[0-9]*;main\.forever'
# Its wrapper is in the stack too: it has a frame, though Syscall6 has none.
call='syscall\.Syscall;syscall\.RawSyscall6;[a-z]*/[a-z]*/syscall\.Syscall6'

check_chains() {
  check_chain oncpu '' 0.02 'main\.burn' "$routine;main\.burnOuter;main\.burnMiddle;main\.burn"
  # The copy from the page cache.
  check_chain oncpu '' 0.02 'filemap_read_\[k\]' "$routine;main\.main\.func[0-9]*;$(
  )main\.filesOuter;main\.filesMiddle;os\.ReadFile;(os\.readFileContents;)?os\.\(\*File\)\.Read;$(
  )internal/poll\.\(\*FD\)\.Read;syscall\.read;$call;[^;]*_\[k\]"
  check_chain offcpu '' 0.02 '(anon_)?pipe_read_\[k\]' \
    "$routine;main\.main\.func[0-9]*;main\.pipeOuter;main\.pipeMiddle;syscall\.read;$call;[^;]*_\[k\]"
  check_chain offcpu '' 0.02 'syscall\.Nanosleep' \
    "$routine;main\.napOuter;main\.napMiddle;syscall\.Nanosleep;syscall\.Syscall"
}

note "with symbols"
go build -o routines "$here/programs/routines.go"
capture routines.db routines ./routines file
check_whole "with symbols"
check_chains

note "without symbols"
go build -ldflags='-s -w' -o bare "$here/programs/routines.go"
name_by routines bare
capture bare.db bare ./bare file
check_whole "without symbols"
check_chains
