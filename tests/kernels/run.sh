#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# run.sh BUILD [SERIES[xCPUS]...]: real captures under kernels other than the running one. `./dev kernels`
# builds and calls it.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."
here=tests/kernels
# shellcheck source=captures.sh
. $here/captures.sh
# shellcheck source=unpack.sh
. $here/unpack.sh
# shellcheck source=fetch.sh
. $here/fetch.sh
# shellcheck source=initramfs.sh
. $here/initramfs.sh
# shellcheck source=machine.sh
. $here/machine.sh

build=$(realpath "$1")
shift
all=(5.10 6.1 6.12 newest)
many_cpus=6.1x16
series=("$@")
[ $# -gt 0 ] || series=("${all[@]}" "$many_cpus")
work=$build/kernels
export WALLFLAME=$build/wallflame WALLFLAME_WORKLOAD=$build/wallflame-workload
failures=0

# verdict FILE WHAT COMMAND...: runs a check and writes pass or fail to FILE.
verdict() {
  local result=pass
  "${@:3}" >"$1.log" 2>&1 || result=fail
  echo "$result" >"$1"
  printf '%-5s %s\n' "$result" "$2"
  [ "$result" = fail ] || return 0
  cat "$1.log"
  failures=$((failures + 1))
}

check_kernel() { # OUT
  local row name program captures=("${captures[@]}")
  choose_captures "$(<"$1/cpus")"
  for row in "${captures[@]}"; do
    read -r name program _ <<<"$row"
    verdict "$1/$name/result" "$name" "$here/check.sh" "$1" "$name" "$program"
  done
  verdict "$1/result" "the captures beside each other" "$here/compare.sh" "$1"
}

run_kernel() { # SERIES[xCPUS]
  local kernel cpus=2 out=$work/out/$1 before=$failures
  local TIMEFORMAT='the virtual machine took %0R s, %0U s of a CPU'
  [[ $1 != *x* ]] || cpus=${1#*x}
  kernel=$(fetch_kernel "${1%x*}" "$work/cache")
  rm -rf "$out"
  mkdir -p "$out"
  basename "$kernel" >"$out/version"
  printf '\n== Linux %s, %d CPUs\n' "$(basename "$kernel")" "$cpus"
  make_initramfs "$work/root" "$kernel" "$out/initramfs"
  if time run_machine "$kernel/vmlinuz" "$out/initramfs" "$cpus" "$out"; then
    check_kernel "$out"
  else
    echo "fail  the virtual machine handed nothing back"
    failures=$((failures + 1))
  fi
  rm -f "$out/initramfs"
  [ "$failures" -eq "$before" ] || tail -n 100 "$out/console" | sed 's/^/console: /'
}

make_root "$work/root" . "$WALLFLAME" "$WALLFLAME_WORKLOAD" "$build/wallflame-exact" \
  "$(command -v bash)" "$(command -v sqlite3)"
mkdir -p "$work/out"

# Once more what fails, as for the other tests: a shared machine can take the CPU from an emulated one.
try_series() { # SERIES
  run_kernel "$1"
  [ "$failures" -gt 0 ] || return 0
  failures=0
  run_kernel "$1"
}

# As many at a time as there are CPUs, for an emulated machine uses one; each is a group of processes.
set -m
end_all() {
  local job
  for job in $(jobs -p); do kill -- "-$job" 2>/dev/null || true; done
}
trap end_all EXIT
trap 'exit 1' INT TERM
for name in "${series[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
  printf "a machine with Linux %s begins\n" "$name"
  rm -f "$work/out/$name.done"
  {
    try_series "$name"
    [ "$failures" -gt 0 ] || touch "$work/out/$name.done"
  } >"$work/out/$name.log" 2>&1 &
done
wait
for name in "${series[@]}"; do
  cat "$work/out/$name.log"
  [ -e "$work/out/$name.done" ] || failures=$((failures + 1))
done

if [ "${series[*]}" = "${all[*]} $many_cpus" ]; then
  $here/table.sh "${all[@]/#/$work/out/}" >"$work/kernels.md"
  if cmp -s "$work/kernels.md" docs/kernels.md; then
    printf '\ndocs/kernels.md is as it should be\n'
  else
    diff -u docs/kernels.md "$work/kernels.md" || true
    cp "$work/kernels.md" docs/kernels.md
    printf '\ndocs/kernels.md has changed: commit it\n'
  fi
fi
[ "$failures" -eq 0 ] || {
  printf '\n%d kernels failed\n' "$failures" >&2
  exit 1
}
