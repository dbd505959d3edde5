# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Whether user stacks are whole, by weight, and whether call chains are in them frame by frame. Read
# from folded stacks, as users get them. A test sources this file in place of lib.sh.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What the outermost frame of a whole stack is:
#  - C: the entry of a program or of the loader, and of a thread: clone(2)'s stub has no caller by
#    the call frame table;
#  - Go: where the tracebacks of its runtime end (runtime/traceback.go, topofstack), and the entry
#    of a program (rt0_linux_amd64.s) and of a thread (sys_linux_amd64.s).
whole_roots='^(_start|_dl_start_user|(__)?clone3?)$'
whole_roots="$whole_roots|^runtime[.](goexit|mstart|mcall|morestack|rt0_go|asmcgocall|clone)([.]abi0)?\$"
whole_roots="$whole_roots|^_rt0_amd64(_linux)?([.]abi0)?\$"

# read_stacks FILE: what the checks below look at, until the next one.
read_stacks() {
  local view
  for view in oncpu offcpu; do folded "$1" "$view" >"$dir/folded.$view"; done
  comms=$(sql "$1" "SELECT group_concat(DISTINCT comm) FROM thread")
}

# capture FILE THREAD COMMAND...: two seconds of it, from when it has a thread of that name.
capture() {
  start "${@:3}"
  eventually 20 thread_named "$started_pid" "$2" || fail "there is no thread $2 in $3"
  sleep 0.3
  record "$1" -F 999 -d 2 -p "$started_pid"
  stop "$started_pid"
  check_conservation "$1" "$1"
  read_stacks "$1"
}

stacks() { # VIEW MODE VARIABLE...: the lines of whole.awk
  local view=$1 mode=$2
  local -a options=()
  shift 2
  for option; do options+=(-v "$option"); done
  [ ! -e "$dir/names" ] || options+=(-v "names=$dir/names")
  awk -v "mode=$mode" -v "comms=$comms" -v "roots=$whole_roots" "${options[@]}" \
    -f "$here/whole.awk" "$dir/folded.$view" >"$dir/stacks"
}

# The heaviest stacks that are not as they should be.
show_bad() {
  sed -n 's/^bad //p' "$dir/stacks" | sort -rn | awk -v most="${1:-5}" 'NR <= most {
    print (length() > 450 ? substr($0, 1, 300) " ... " substr($0, length() - 140) : $0) }'
}

# check_whole WHAT [VIEW...]: 99 % of the weight of stacks with a user's half; by default on the CPU
# and off it.
check_whole() {
  local view whole broken truncated other half none
  local views=("${@:2}")
  [ $# -gt 1 ] || views=(oncpu offcpu)
  for view in "${views[@]}"; do
    stacks "$view" roots
    read -r whole broken truncated other half none < <(sed -n 's/^sums //p' "$dir/stacks")
    note "$1, $view: $(awk "BEGIN {
      all = $whole + $broken + $truncated + $other
      printf \"of %.3f s whole %.4f, broken %.4f, truncated %.4f, other roots %.4f; \", all / 1e9,
        all ? $whole / all : 0, all ? $broken / all : 0, all ? $truncated / all : 0,
        all ? $other / all : 0
      printf \"no user half %.3f s, no stack %.3f s\", $half / 1e9, $none / 1e9 }")"
    if ! awk "BEGIN { exit !($whole > 0 &&
      $whole >= 0.99 * ($whole + $broken + $truncated + $other)) }"; then
      wrong "$1, $view: less than 99 % of the user stacks is whole"
      show_bad
    fi
  done
}

# check_chain VIEW THREAD LEAST FRAME CHAIN: of the weight of the thread's stacks ("": of all) at least
# the share LEAST has the frame, and 95 % of that has the chain; see whole.awk. On a busy machine most
# of a thread's time may be spent waiting for a CPU: then the frame has little. Not more than 95 %, for
# one stack of one thread may stand for more than a per cent, and where it was preempted, or what a
# sample's copy cannot be had of, is another place (check_whole has enough stacks to demand 99 %).
check_chain() {
  local of_thread of_frame of_chain
  stacks "$1" chain "thread=$2" "frame=${4//\\/\\\\}" "chain=${5//\\/\\\\}"
  read -r of_thread of_frame of_chain < <(sed -n 's/^sums //p' "$dir/stacks")
  if ! awk "BEGIN { exit !($of_frame > 0 && $of_frame >= $3 * $of_thread) }"; then
    wrong "$1, ${2:-all}: $4 has $of_frame ns of $of_thread, less than the share $3"
  elif ! awk "BEGIN { exit !($of_chain >= 0.95 * $of_frame) }"; then
    wrong "$1, ${2:-all}: of the $of_frame ns that $4 has, $of_chain have the chain $5"
    show_bad 2
  fi
}

# code_bias FILE: the address of its code less the place in the file.
code_bias() {
  local offset address
  read -r offset address < <(readelf -lW "$1" | awk '$1 == "LOAD" && $7 $8 ~ /E/ { print $2, $3 }')
  echo $((address - offset))
}

# name_by TWIN MODULE: the offsets of a module without symbols get the names that its twin has, which
# is the same file before it was stripped.
name_by() {
  nm -S -t d --defined-only "$1" | M="$2" BIAS="$(code_bias "$1")" awk '
    NF == 4 && $3 ~ /^[tTwW]$/ { printf "%s\t%d\t%d\t%s\n", ENVIRON["M"], $1 - ENVIRON["BIAS"], $2, $4 }
  ' >>"$dir/names"
}

# name_entry PROGRAM: of a program without symbols the entry is known all the same. The length is
# that of _start in glibc's sysdeps/x86_64/start.S.
name_entry() {
  local entry
  entry=$(readelf -hW "$1" | sed -n 's/.*Entry point address: *//p')
  printf '%s\t%d\t%d\t_start\n' "$(basename "$1")" $((entry - $(code_bias "$1"))) 38 >>"$dir/names"
}
