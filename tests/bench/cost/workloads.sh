# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What ./dev bench cost measures: a row a workload. `driver` is what does the work for so many seconds and
# tells how much of it; it, or the service it asks, is what a collector is pointed at.
#
# Each driver runs as nobody, waits at the gate of run.sh before it begins, and leaves $tmp/outcome.json:
# operations, rate (a second), p50_ns and p99_ns.

: "${here:?}" "${top:?}" "${tmp:?}" "${seconds:?}" "${driver=}"
# shellcheck source=../../postgresql.sh
. "$top/tests/postgresql.sh"

# name | driver | its arguments | what it is, for the table
# shellcheck disable=SC2034 # for cost.sh
cost_workloads=(
  'switches|workload|storm --threads 8|context-switch storm: a byte to and fro through pipes, 4 pairs of threads'
  'pair|one_cpu|storm --threads 2|one such pair on one CPU, which steadies it: what a switch itself costs'
  'mutex|workload|futex --threads 8 --hold 0.01|mutex storm: 8 threads want one mutex, which is held for a nap of 10 us'
  'reads|workload|small-read --threads 2 --size 64|64-byte reads of a cached file, 2 threads'
  'opens|workload|fd-storm --steady --threads 4|open and close of a cached file in one descriptor table, 4 threads'
  'cold-reads|workload|cold-read --threads 4|reads of small files that are not in memory, 4 threads'
  'postgresql|pgbench|--client=8 --jobs=2|PostgreSQL under pgbench, select-only, 8 clients'
  'idle|workload|idle-echo --threads 2000|idle service: 2,000 threads in poll(2), of which one answers a request about every millisecond'
)

# What is to be known best, WORKLOAD/WAY, has so many times the pairs.
# shellcheck disable=SC2034 # for cost.sh
cost_more=postgresql/wallflame more_rounds=4

as_nobody=(setpriv --reuid=nobody --regid=nogroup --clear-groups --inh-caps=-all --)
postmaster='' # once there is one

prepare_programs() {
  install -d -m 755 "$tmp/bin"
  install -m 755 "$WALLFLAME" "$tmp/bin/wallflame"
  install -m 755 "$WALLFLAME_WORKLOAD" "$tmp/bin/wallflame-workload"
}

# Starts the server once; it stays for the whole run, so that every pair finds it warm.
prepare_postgresql() {
  local tries=1000
  [ -z "$postmaster" ] || return 0
  if ! { pg_programs=$(postgresql_take "$top" "$tmp") && postgresql_init "$pg_programs" "$tmp/cluster"; }; then
    echo "PostgreSQL is not installed, or initdb fails" >"$tmp/why"
    return 1
  fi
  postgresql_serve "$pg_programs" "$tmp/cluster" >"$tmp/postgres.out" 2>&1 &
  postmaster=$!
  started+=("$postmaster")
  pgbench=("$pg_programs/pgbench" --host="$tmp/cluster" --username=test)
  while ! "${as_nobody[@]}" "${pgbench[@]}" -i -s 5 -q postgres >"$tmp/pgbench.out" 2>&1; do
    if ! kill -0 "$postmaster" 2>/dev/null || [ $((tries--)) -eq 0 ]; then
      tail -1 "$tmp/postgres.out" >"$tmp/why"
      return 1
    fi
    sleep 0.02
  done
}

# driver_workload ARGUMENTS: as $command what is to be run, as $pids of whom.
prepare_driver_workload() { :; }
driver_workload() {
  # shellcheck disable=SC2034,SC2206 # words of the table, for run.sh
  command=("$tmp/bin/wallflame-workload" $1 --json --seconds "$seconds")
}
driver_workload_pids() { echo "$driver"; }
driver_workload_outcome() {
  jq -c '{operations, rate: (.requests_per_second // .operations / .seconds),
    p50_ns: .latency.p50_ns, p99_ns: .latency.p99_ns}' "$tmp/driver.out"
}

# On the last of the CPUs; the collector may go to another one.
prepare_driver_one_cpu() { :; }
driver_one_cpu() {
  driver_workload "$1"
  command=(taskset --cpu-list "$(taskset --cpu-list --pid $$ | sed 's/.*[ ,-]//')" "${command[@]}")
}
driver_one_cpu_pids() { driver_workload_pids; }
driver_one_cpu_outcome() { driver_workload_outcome; }

prepare_driver_pgbench() { prepare_postgresql; }
driver_pgbench() {
  rm -f "$tmp"/open/latency.*
  # shellcheck disable=SC2034,SC2206 # words of the table, for run.sh
  command=("${pgbench[@]}" -b select-only -n $1 -T "$(awk "BEGIN { print int($seconds + 0.999) }")"
    --log --log-prefix="$tmp/open/latency" postgres)
}
driver_pgbench_pids() { postgresql_pids "$postmaster"; }
# The log has a line a transaction: the third word is its latency in microseconds.
driver_pgbench_outcome() {
  local p50 p99 count
  read -r count p50 p99 < <(cat "$tmp"/open/latency.* | cut -d' ' -f3 | sort -n | awk '{ v[NR] = $1 }
    function at(share) { i = int(share * NR); return v[i < share * NR ? i + 1 : i] }
    END { print NR, 1000 * at(0.5), 1000 * at(0.99) }')
  jq -nc --argjson operations "$count" --argjson p50 "$p50" --argjson p99 "$p99" \
    --argjson rate "$(sed -n 's/^tps = \([0-9.]*\).*/\1/p' "$tmp/driver.out")" \
    '{operations: $operations, rate: $rate, p50_ns: $p50, p99_ns: $p99}'
}
