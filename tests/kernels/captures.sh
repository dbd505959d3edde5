# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The captures of each kernel: name, program, options of `record`. Guest and host read this table.

captures=(
  'fentry      exact --backend fentry'
  'kprobe      exact --backend kprobe'
  'tracepoint  exact --backend tracepoint'
  'perf        exact --engine perf'
  'auto        futex'
)

# choose_captures CPUS: many CPUs are there to show that no buffer and no count hangs on their number, and
# make an emulated machine slow.
choose_captures() {
  [ "$1" -le 2 ] || captures=("${captures[2]}" "${captures[4]}")
}
