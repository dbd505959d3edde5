#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# User stacks of real software as Debian ships it, optimized, without frame pointers and stripped:
# whole, and the same as gdb sees them.
WALLFLAME_TEST_TOOLS='gdb readelf redis-benchmark redis-check-rdb redis-cli setpriv sqlite3'
. "$(dirname "$0")/whole.sh"
cd "$dir"
chmod 711 "$dir"

main='start;start_main;start_call_main'

# gdb_stacks PID: "TID NAME;...", outermost first.
gdb_stacks() {
  gdb -iex 'set debuginfod enabled off' -iex 'set backtrace past-main on' -p "$1" -batch \
    -x "$here/gdb_stacks.py" 2>/dev/null </dev/null | sed -n 's/^stack //p'
}

# The stack that most of a thread's sleep had, in the same form.
stored_stack() { # FILE TID
  sql "$1" "
    WITH RECURSIVE most (stack) AS (
      SELECT stack FROM evidence JOIN thread ON thread.id = thread
      WHERE tid = $2 AND state IN (2, 3, 4) GROUP BY stack ORDER BY sum(ns) DESC LIMIT 1),
    path (id, depth) AS (
      SELECT stack, 0 FROM most
      UNION ALL SELECT parent, depth + 1 FROM path JOIN stack USING (id) WHERE parent IS NOT NULL)
    SELECT group_concat(name, ';') FROM (
      SELECT coalesce(symbol, '??') AS name
      FROM path JOIN stack USING (id) JOIN frame ON frame.id = stack.frame
      WHERE kind != 'kernel' ORDER BY depth DESC)"
}

# Names by one of a function's aliases, as whole.awk has them.
plain_names() {
  sed -E 's/@[^;]*//g; s/\.(part|isra|constprop|lto_priv)\.[0-9]+//g; s/(^|;)_+(GI_+)?(libc_)?/\1/g
    s/start_main_impl/start_main/g; s/ \[clone [^]]*\]//g; s/\([^;]*\)//g
    s/(pthread_[a-z_]+)64/\1/g'
}

# check_gdb FILE PID...: each thread that sleeps, as it did in the capture.
check_gdb() {
  local file=$1 pid tid theirs ours compared=0
  shift
  for pid; do
    gdb_stacks "$pid" >gdb.stacks
    [ -s gdb.stacks ] || wrong "gdb has no stack of $pid"
    while read -r tid theirs; do
      ours=$(stored_stack "$file" "$tid" | plain_names)
      theirs=$(plain_names <<<"$theirs")
      compared=$((compared + 1))
      [ "$ours" = "$theirs" ] ||
        wrong "$file: the stack of thread $tid ($(cat "/proc/$pid/task/$tid/comm")) is not as gdb has it:
  wallflame $ours
  gdb       $theirs"
    done <gdb.stacks
  done
  note "$file: $compared threads compared with gdb"
}

note "Redis"
# Debian's server is this program by another name, so its service need not be installed.
ln -s "$(command -v redis-check-rdb)" redis-server
mkdir data
port=$((20000 + RANDOM % 10000))
start ./redis-server --port "$port" --bind 127.0.0.1 --dir "$dir/data" --save '' --appendonly yes
server=$started_pid
ask() { redis-cli -p "$port" "$@"; }
eventually 10 ask ping || fail "Redis does not start: $(cat started.out)"
start redis-benchmark -p "$port" -c 20 -n 100000000 -t set,get -q
client=$started_pid
sleep 1
record redis.db -F 999 -d 2 -p "$server"
stop "$client"
name_entry "$(readlink -f redis-server)"
read_stacks redis.db
check_whole redis
check_chain oncpu redis-server 0.02 aeMain "$main;main;aeMain"
check_chain oncpu redis-server 0.02 processCommand \
  "$main;main;aeMain;(aeProcessEvents;)?([^;]*;)*readQueryFromClient;([^;]*;)*processCommand"

note "Redis, idle"
start bash -c "while redis-cli -p $port set key value; do sleep 0.2; done"
client=$started_pid
record idle.db -d 3 -p "$server"
stop "$client"
read_stacks idle.db
check_whole "Redis, idle" offcpu
check_gdb idle.db "$server"
stop "$server"

note "PostgreSQL"
. "$here/../postgresql.sh"
programs=$(postgresql_take "$here/../.." "$dir") || fail "PostgreSQL is not installed"
postgresql_init "$programs" "$dir/cluster" || fail "initdb: $(cat cluster.out)"
start postgresql_serve "$programs" "$dir/cluster"
postmaster=$started_pid
pgbench=("${postgresql_user[@]}" "$programs/pgbench" -h "$dir/cluster" -U test)
eventually 20 "${pgbench[@]}" -i -s 5 -q postgres || fail "PostgreSQL does not start: $(cat started.err)"
name_entry "$programs/postgres"

for load in select-only tpcb-like; do
  start "${pgbench[@]}" -b "$load" -c 4 -T 60 -n postgres
  client=$started_pid
  sleep 0.5
  record "$load.db" -F 999 -d 2 -p "$(postgresql_pids "$postmaster")"
  stop "$client"
  read_stacks "$load.db"
  check_whole "$load"
  check_chain oncpu '' 0.02 PostgresMain "$main;main;PostmasterMain;[^;]*;([^;]*;)?([^;]*;)?PostgresMain"
  check_chain offcpu '' 0.02 PostgresMain "$main;main;PostmasterMain;[^;]*;([^;]*;)?([^;]*;)?PostgresMain"
done

note "PostgreSQL, idle"
sleep 0.5
record idle-postgres.db -d 2 -p "$(postgresql_pids "$postmaster")"
read_stacks idle-postgres.db
check_whole "PostgreSQL, idle" offcpu # it may not have run at all
mapfile -t pids < <(postgresql_pids "$postmaster" | tr , '\n')
check_gdb idle-postgres.db "${pids[@]}"
stop "$postmaster"

note "SQLite"
sqlite3 file.db "
  CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000)
  INSERT INTO t SELECT i, hex(randomblob(100)) FROM n;"
start sqlite3 file.db "
  PRAGMA cache_size = 10;
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000)
  SELECT sum(length(text)) FROM n CROSS JOIN t ON t.id = 1 + (n.i * 7919) % 200000;"
sleep 0.5
record sqlite.db -F 999 -d 2 -p "$started_pid"
stop "$started_pid"
name_entry "$(readlink -f "$(command -v sqlite3)")"
read_stacks sqlite.db
check_whole sqlite
check_chain oncpu '' 0.02 sqlite3_step "$main;([^;]*;)+sqlite3_step"
# Some of its time is its own: on the way into the kernel and back.
check_chain oncpu '' 0.02 'pread(64)?' "$main;([^;]*;)+sqlite3_step;([^;]*;)+pread(64)?(;[^;]*_\[k\])?"
