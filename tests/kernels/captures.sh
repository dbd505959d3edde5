# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The captures of each kernel: name, program, options of `record`. Guest and host read this table.

# shellcheck disable=SC2034 # for those who source it
captures=(
  'fentry      exact --backend fentry'
  'kprobe      exact --backend kprobe'
  'tracepoint  exact --backend tracepoint'
  'perf        exact --engine perf'
  'auto        futex'
  'half-way    refused'
)
