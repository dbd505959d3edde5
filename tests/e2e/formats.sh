#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What other people's viewers read of a capture: speedscope's own importer, go tool pprof, Perfetto's trace
# processor, protoc; and what is read of perf script.
WALLFLAME_TEST_TOOLS='jq sqlite3 cc go perf protoc node'
. "$(dirname "$0")/lib.sh"
cd "$dir"

sum() { awk '{ sum += $NF } END { printf "%.0f\n", sum }' "$1"; }

# by_stack FILE...: folded stacks without the marks that not every format has, each once.
by_stack() {
  sed -E 's/_\[[kij]\](;| [0-9]+$)/\1/g' "$@" | awk '
    { value = $NF; sub(/ [^ ]*$/, ""); sum[$0] += value }
    END { for (stack in sum) printf "%s\t%.0f\n", stack, sum[stack] }' | sort
}

# same_stacks WHAT A B NS: the same stacks (of by_stack), each with the same value but for so much.
same_stacks() {
  local odd
  odd=$(awk -F '\t' -v room="$4" '
    NR == FNR { value[$1] = $2; next }
    { d = $2 - value[$1]; if (d > room || -d > room) print $2 - value[$1], $0; seen[$1] = 1 }
    END { for (stack in value) if (!(stack in seen) && value[stack] > room) print "only one has", stack }
  ' "$2" "$3")
  [ -s "$2" ] || wrong "$1: there are no stacks"
  [ -z "$odd" ] || wrong "$1: stacks differ: $(head -n 3 <<<"$odd")"
}

note "a capture of threads that open, read and close files"
start_workload open-storm --threads 3 --seconds 20
record storm.db -p "$started_pid" -d 2
stop "$started_pid"
for view in wall offcpu oncpu cause; do
  "$WALLFLAME" flame storm.db -f folded --view $view >$view.folded
  "$WALLFLAME" flame storm.db -f folded --view $view --by code >$view.code.folded
done
"$WALLFLAME" flame storm.db -f folded --view offcpu --reverse >reversed.folded
wall=$(sum wall.folded)
[ "$wall" -gt 0 ] || fail "there is no time in the capture"
same "the ledger, to the nanosecond" "$wall" "$(sqlite3 storm.db 'SELECT sum(ns + runqueue_ns) FROM ledger')"
part() { # OPTION...: how much time a part of the picture is.
  "$WALLFLAME" flame storm.db -f folded "$@" | awk '{ sum += $NF } END { printf "%.0f", sum }'
}
same "of one state" "$(part --state running)" "$(sqlite3 storm.db 'SELECT sum(ns) FROM ledger WHERE state = 0')"
same "of a process by its name" "$(part --comm "$(sqlite3 storm.db 'SELECT comm FROM process')")" "$wall"
"$WALLFLAME" flame storm.db >storm.svg
same "the picture's root" "$(grep -o -m 1 ' data-w="[0-9]*' storm.svg)" " data-w=\"$wall"

note "folded text, read by speedscope"
node "$here/speedscope.mjs" wall.folded reversed.folded 2>err || fail "speedscope does not read it: $(cat err)"
for file in wall reversed; do
  by_stack $file.folded >ours
  by_stack $file.folded.saved.folded >saved
  same_stacks "speedscope: $file.folded" ours saved 0
done

note "speedscope"
"$WALLFLAME" flame storm.db -f speedscope >storm.json
"$WALLFLAME" flame storm.db -f speedscope --view offcpu --reverse >reversed.json
"$WALLFLAME" flame wall.folded -f speedscope >foreign.json
# Names that are no UTF-8, end a string or a script, turn the direction of writing, or do not end.
printf 'a;</script><script>alert(1)</script>;\xff\xfe 5\n"}]}\\;\xe2\x80\xaex 6\nb;%s 7\n' \
  "$(head -c 10000 /dev/zero | tr '\0' x)" >names
"$WALLFLAME" flame names -f folded >hostile.folded
"$WALLFLAME" flame names -f speedscope >hostile.json
"$WALLFLAME" flame names -f pprof >hostile.pb.gz
"$WALLFLAME" flame storm.db -f pprof -o storm.pb.gz
same "speedscope: units" "$(jq -r '[.profiles[].unit] | unique | join(" ")' storm.json)" nanoseconds
same "speedscope: unit of foreign counts" "$(jq -r '.profiles[0].unit' foreign.json)" none
same "speedscope: all" "$(jq '.profiles[0].weights | add' storm.json)" "$wall"
same "speedscope: threads" "$(jq '[.profiles[1:][].weights[]] | add' storm.json)" "$wall"
same "speedscope: foreign" "$(jq '.profiles[0].weights | add' foreign.json)" "$wall"
same "speedscope: profiles" "$(jq '.profiles | length' storm.json)" \
  "$(($(cut -d ' ' -f 1 wall.folded | grep -o '^wallflame-workl\(;open-storm/[0-9]*\)\?' | sort -u | wc -l) + 1))"
grep -q '"name":"do_syscall_64_\[k\]"' storm.json || wrong "speedscope: no kernel mark"
jq -e '.shared.frames | any(.name == "main" and (.file | endswith("workloads/main.c")) and .line > 0)' \
  storm.json >out || wrong "speedscope: main has no file and line"
node "$here/speedscope.mjs" storm.json reversed.json foreign.json hostile.json storm.pb.gz 2>err ||
  fail "speedscope does not import it: $(cat err)"
for file in storm foreign; do
  by_stack $file.json.saved.folded >saved
  by_stack wall.folded >ours
  same_stacks "speedscope: $file" ours saved 0
done
by_stack reversed.folded >ours
by_stack reversed.json.saved.folded >saved
same_stacks "speedscope: reversed" ours saved 0
# Of a place it shows one function, and none that was inlined there.
same "speedscope reads the pprof: sum" "$(sum storm.pb.gz.saved.folded)" "$wall"

by_stack hostile.folded >ours
by_stack hostile.json.saved.folded >saved
same_stacks "speedscope: hostile names" ours saved 0

note "pprof"
pprof() { go tool pprof -unit=ns -nodefraction=0 -edgefraction=0 -nodecount=1000000 "$@" 2>err; }
# Of what go tool pprof -traces prints: folded stacks.
unfold_traces() {
  awk '
    function put(  text, i) {
      for (i = count; i > 0; i--) text = text (text == "" ? "" : ";") frames[i]
      if (count) print text, value
      count = 0
    }
    /^-----------\+/ { put(); begun = 1; next }
    !begun { next }
    /^ +[a-z]+:  / && !count { next }
    { sub(/^ +/, ""); sub(/ \(inline\)$/, "") }
    !count { value = $1; sub(/ns$/, "", value); sub(/^[^ ]+ +/, "") }
    { gsub(/;/, ":"); frames[++count] = $0 }
    END { put() }'
}
for view in wall offcpu oncpu; do
  pprof -top -sample_index=$view storm.pb.gz >top || fail "pprof -top: $(cat err)"
  same "pprof: $view" "$(sed -nE 's/^Showing nodes accounting for ([0-9]+)ns, 100% of \1ns total$/\1/p' top)" \
    "$(sum $view.folded)"
  pprof -traces -sample_index=$view storm.pb.gz | unfold_traces >traces.folded
  by_stack traces.folded >theirs
  by_stack $view.code.folded >ours
  # A stack is in several samples, of threads and causes, each rounded for itself.
  same_stacks "pprof: $view" ours theirs 20
done
"$WALLFLAME" report storm.db --format json >report.json
jq -r '.causes | map(select(.ns > 0)) | group_by(.path | split("/")[0])[] |
  "\(.[0].path | split("/")[0]) \(map(.ns) | add)"' report.json >groups
[ -s groups ] || fail "the report has no causes"
pprof -raw storm.pb.gz >raw
while read -r group ns; do
  pprof -top -sample_index="$group" storm.pb.gz >top || wrong "pprof has no type $group"
  theirs=$(sed -nE 's/^Showing nodes .* of ([0-9]+)ns total$/\1/p' top)
  # Of each leaf the report has whole nanoseconds, of each group and side of the CPU the profile has.
  near "pprof: $group" "$theirs" "$ns" 0 20
done <groups
pprof -top -sample_index=wall -tagfocus='thread=open-storm/1' storm.pb.gz >top
near "pprof: a thread's time" "$(sed -nE 's/^Showing nodes .* of [0-9]+ns total$/&/p' top | grep -oE '[0-9]+ns,' | tr -d 'ns,')" \
  "$(grep '^wallflame-workl;open-storm/1;' wall.folded >one && sum one)" 0 1000
grep -qE '^wall/nanoseconds\[dflt\] offcpu/nanoseconds oncpu/nanoseconds ' raw || wrong "pprof: types"
grep -qE 'cause:\[page-cache/fill-wait\].* state:\[io-wait\] syscall:\[read\]' raw || wrong "pprof: no label of a wait"
grep -qE "tid:\[$(sql storm.db "SELECT tid FROM thread WHERE comm = 'open-storm/2'")\]" raw || wrong "pprof: no tid"
grep -qE 'kernel\.kallsyms' raw || wrong "pprof: no kernel mapping"
grep -qE "^1: .*/$(basename "$WALLFLAME_WORKLOAD") $(sql storm.db "SELECT build_id FROM module WHERE path LIKE '%/wallflame-workload'") \[FN\]\[FL\]\[LN\]" \
  raw || wrong "pprof: the program is not the first mapping, or has no build id, files, lines"
pprof -list '^main$' -sample_index=wall storm.pb.gz >list 2>&1 || true
grep -q 'workloads/main.c' list || wrong "pprof: main has no file"
pprof -traces storm.pb.gz >traces
grep -q '(inline)$' traces || wrong "pprof: nothing is inlined"
same "pprof: time" "$(gzip -dc storm.pb.gz | protoc --decode_raw | sed -n 's/^9: //p')" \
  "$(sql storm.db 'SELECT started_unix_ns FROM capture')"
"$WALLFLAME" flame wall.folded -f pprof >foreign.pb.gz
pprof -top foreign.pb.gz >top 2>&1 || fail "pprof -top of foreign stacks: $(cat err)"
pprof -raw foreign.pb.gz | grep -q '^samples/count$' || wrong "pprof: foreign counts have a unit"
same "pprof: foreign" "$(pprof -raw foreign.pb.gz | awk '/^ *[0-9]+: [0-9]/ && !/M=/ { sum += $1 } /^Locations/ { exit } END { printf "%.0f", sum }')" "$wall"
pprof -traces hostile.pb.gz >traces || wrong "pprof -traces of hostile names: $(cat err)"
same "pprof: hostile names" "$(grep -c '</script><script>alert(1)</script>$' traces)" 1
schema=/usr/share/gocode/src/github.com/google/pprof/proto
[ -e $schema/profile.proto ] || fail "golang-github-google-pprof-dev is not installed"
gzip -dc storm.pb.gz | protoc -I $schema --decode=perftools.profiles.Profile profile.proto >decoded ||
  wrong "pprof: not of its schema"
grep -qE '^ *[0-9]+:' decoded && wrong "pprof: a field is not in its schema"
for option in --reverse '--by code' --short-names; do
  # shellcheck disable=SC2086
  run "$WALLFLAME" flame storm.db -f pprof $option
  same "pprof $option" "$status" 2
done

note "perfetto"
# By the numbers of the fields: no schema of it is packaged. Packets: what, or a sum.
perfetto() {
  "$WALLFLAME" flame storm.db -f perfetto "$@" >storm.pftrace
  protoc --decode_raw <storm.pftrace >raw
}
for view in wall offcpu oncpu; do
  perfetto --view $view
  same "perfetto: slice sums, $view" \
    "$(awk '/^  11 \{/ { event = 1 } /^  \}/ { event = 0 } event && /^    30: / { sum += $2 } END { printf "%.0f", sum }' raw)" \
    "$(sum $view.folded)"
  # A sample stands for 1 ms.
  near "perfetto: samples, $view" "$(($(grep -c '^  66 {' raw) * 1000000))" "$(sum $view.folded)" 0 4000000
done
perfetto
same "perfetto: threads" "$(grep -c '^    4 {' <(awk '/^  60 \{/,/^  \}/' raw))" "$(sql storm.db 'SELECT count(*) FROM thread')"
# Begins and ends of what lasts on a track.
waits() { awk '/^  8: / { at = $2 } /^  11 \{/,/^  \}/ { if ($0 == "    9: 1") print "begin", at; if ($0 == "    9: 2") print "end", at }' raw; }
same "perfetto: waits" "$(waits | awk '/begin/ { count++ } END { print count + 0 }')" "$(sql storm.db 'SELECT count(*) FROM span')"
# What a packet refers to came with it, or before it. Interned: 5 functions, 6 frames, 7 stacks, 16 build
# ids, 17 paths, 18 source files, 19 mappings.
references() { # FILE KINDS: "7 to 6,...", which must be there
  awk -v kinds="$2" '
    BEGIN {
      refers[7, "2:"] = 6; refers[6, "2:"] = 5; refers[6, "3:"] = 19; refers[6, "5:"] = 18
      refers[19, "2:"] = 16; refers[19, "7:"] = 17
    }
    function want(from, kind, iid) { wanted[++count] = kind " " iid; seen[from " to " kind]++ }
    function settle(  i) {
      for (i = 1; i <= count; i++) if (!(wanted[i] in known)) { bad++; print "unknown:", wanted[i] }
      count = 0
    }
    /^}/ { settle() }
    /^  [0-9]+ \{/ { part = $1 } /^  \}/ { part = "" }
    /^    [0-9]+ \{/ { kind = $1 } /^    \}/ { kind = "" }
    part == 12 && /^      1: / { known[kind " " $2] = 1 }
    part == 12 && /^      [0-9]+: / && (kind, $1) in refers { want(kind, refers[kind, $1], $2) }
    part == 66 && /^    4: / { want("sample", 7, $2) }
    part == 11 && /^    56: / { want("event", 7, $2) }
    END {
      n = split(kinds, all, ",")
      for (i = 1; i <= n; i++) if (!seen[all[i]]) { bad++; print "none:", all[i] }
      exit bad > 0
    }' "$1"
}
references raw "sample to 7,7 to 6,6 to 5,6 to 19,6 to 18,19 to 16,19 to 17" >out || wrong "perfetto: numbers that stand for nothing: $(head -n 3 out)"
# The first packet that has interned data, last.
awk '/^1 \{/ { packet = ""; intern = 0 } { packet = packet $0 "\n" } /^  12 \{/ { intern = 1 }
  /^}/ { if (intern && late == "") late = packet; else printf "%s", packet } END { printf "%s", late }' raw >late
references late "" >out && wrong "perfetto: what comes too late is not seen"
record sleep.db -- sleep 0.3
"$WALLFLAME" flame sleep.db -f perfetto | protoc --decode_raw >raw
references raw "event to 7,7 to 6" >out || wrong "perfetto: a sleep's stack stands for nothing: $(head -n 3 out)"
same "perfetto: a sleep" "$(waits | sort -u)" \
  "$(sql -separator ' ' sleep.db "SELECT 'begin', start_ns FROM span UNION SELECT 'end', end_ns FROM span ORDER BY 1, 2")"
holds "perfetto: a sleep" "$(sql sleep.db 'SELECT max(end_ns - start_ns) FROM span') >= 300000000"
run "$WALLFLAME" flame wall.folded -f perfetto
same "perfetto of folded stacks" "$status" 2
run "$WALLFLAME" flame storm.db -f perfetto --thread nobody -o none.pftrace
same "perfetto: of nobody" "$status" 1
[ ! -e none.pftrace ] || wrong "perfetto: a file of nobody"

note "perfetto: its own trace processor"
"$WALLFLAME" flame storm.db -f perfetto -o storm.pftrace
stacks="WITH RECURSIVE walk(leaf, next, path) AS (
    SELECT c.id, c.parent_id, f.name FROM stack_profile_callsite c
      JOIN stack_profile_frame f ON c.frame_id = f.id
      WHERE c.id IN (SELECT callsite_id FROM perf_sample)
    UNION ALL SELECT leaf, c.parent_id, f.name || ';' || path FROM walk
      JOIN stack_profile_callsite c ON c.id = next JOIN stack_profile_frame f ON c.frame_id = f.id)
  SELECT 'stack', path || ' ' || (1000000 * count(*)) FROM walk JOIN perf_sample ON callsite_id = leaf
    WHERE next IS NULL GROUP BY path"
node "$here/perfetto.mjs" storm.pftrace \
  "SELECT 'wrong', name, value FROM stats WHERE severity != 'info' AND value > 0" \
  "SELECT 'thread', tid, name FROM thread WHERE tid > 0" \
  "SELECT 'state', substr(t.name, 13), printf('%d', sum(value)) FROM counter
     JOIN counter_track t ON track_id = t.id WHERE t.name GLOB 'slice sums: *' GROUP BY t.name" \
  "SELECT 'span', tid, ts, dur FROM slice JOIN thread_track t ON track_id = t.id JOIN thread USING (utid)" \
  "$stacks" >asked 2>err || fail "perfetto: its trace processor does not import it: $(cat err)"
answers() { awk -F '\t' -v what="$1" '$1 == what { sub(/^[^\t]*\t/, ""); print }' asked; }
same "perfetto: what it complains of" "$(answers wrong)" ""
same "perfetto: its threads" "$(answers thread | sort)" \
  "$(sql -separator $'\t' storm.db "SELECT tid, comm FROM thread" | sort)"
same "perfetto: its sum of states" "$(answers state | sum -)" "$wall"
same "perfetto: its time on the CPU" "$(answers state | awk '$1 == "running"' | sum -)" "$(sum oncpu.folded)"
same "perfetto: its longest waits" "$(answers span | sort)" \
  "$(sql -separator $'\t' storm.db "SELECT tid, span.start_ns, span.end_ns - span.start_ns FROM span JOIN thread ON thread.id = span.thread" | sort)"
answers stack | by_stack >theirs
by_stack wall.code.folded >ours
same_stacks "perfetto: its samples" ours theirs $((2000000 * $(sql storm.db 'SELECT count(*) FROM thread')))

note "perf script"
perf record -q -e cpu-clock -g -o perf.data -- \
  "$WALLFLAME_WORKLOAD" open-storm --threads 2 --seconds 1 >out 2>&1 || fail "perf record: $(cat out)"
perf script -i perf.data >script.txt 2>err
"$WALLFLAME" flame script.txt -f folded >perf.folded
same "perf script: periods" "$(sum perf.folded)" \
  "$(awk '/^[^\t].*: *[0-9]+ cpu-clock:/ { sub(/ cpu-clock:.*/, ""); sum += $NF } END { printf "%.0f\n", sum }' script.txt)"
same "perf script: comms" "$(sed 's/;.*//; s/ [0-9]*$//' perf.folded | sort -u)" \
  "$(sed -nE 's/^([^\t]*[^ ]) +[0-9]+ +[0-9]+\.[0-9]+: .*/\1/p' script.txt | sed 's/^ *//' | sort -u)"
# The kernel's leaves by perf report: of the program it leaves out what was inlined.
perf report -i perf.data --no-children -g none --stdio -s comm,sym -F period,comm,sym -t '|' 2>err |
  awk -F '|' '/^ *[0-9]+ *\|/ && $3 ~ /\[k\] [a-z_A-Z]/ {
    gsub(/ /, "", $1); sub(/ *$/, "", $2); sub(/^ *\[k\] */, "", $3); sub(/ *$/, "", $3)
    print $2 ";" $3 "_[k]\t" $1 }' | sort >theirs
awk '{ value = $NF; sub(/ [^ ]*$/, ""); n = split($0, frames, ";"); sum[frames[1] ";" frames[n]] += value }
  END { for (leaf in sum) printf "%s\t%.0f\n", leaf, sum[leaf] }' perf.folded | sort >ours
[ "$(wc -l <theirs)" -gt 5 ] || wrong "perf report tells of $(wc -l <theirs) functions"
missing=$(comm -13 ours theirs)
[ -z "$missing" ] || wrong "perf script: not as perf report has it: $(head -n 3 <<<"$missing")"
perf script -i perf.data 2>err | "$WALLFLAME" flame - -f folded >piped
cmp -s piped perf.folded || wrong "perf script: standard input is read otherwise"
printf 'a 1 1.1: 7 c: \n\tno frame\n' >bad.txt
run "$WALLFLAME" flame bad.txt
same "perf script: a bad line" "$status" 1
grep -q 'bad.txt: line 2: ' err || wrong "perf script: a bad line: $(cat err)"
