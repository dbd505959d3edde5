#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The table of claims: what is not so here says so, what cannot run says why, and each link leads to a
# picture. The statistics are checked against intervals that are in any table of the sign test.
WALLFLAME_TEST_TOOLS='jq xmllint'
. "$(dirname "$0")/lib.sh"
: "${WALLFLAME_WORKLOAD_GO:?the workloads in Go}"
claims=$here/../../workloads/claims
export TMPDIR=$dir

note "nonsense is refused"
refused() {
  run "$claims/claims.sh" "$@"
  same "exit status of '$*'" "$status" 2
  same "lines about '$*'" "$(wc -l <"$dir/err")" 1
}
refused --seconds 0
refused --seconds nan
refused --rounds 0
refused --rounds
refused --only nonsense
refused nonsense
mkdir "$dir/others"
echo mine >"$dir/others/file.json"
refused --output "$dir/others"
same "a file that is not ours" "$(cat "$dir/others/file.json")" mine
# docs/ has one of that name, too.
echo mine >"$dir/others/claims.md"
refused --output "$dir/others"
same "a table that is not ours" "$(cat "$dir/others/claims.md")" mine

note "intervals and verdicts"
rule() { jq -cn -L "$claims" "include \"claims\"; $1"; }
# Coverage is 1 - 2/2^6 for all of six, and 0.9609 for the second to the eighth of nine.
same "six" "$(rule '[6, 5, 4, 3, 2, 1] | spread | [.low, .value, .high, .sure]')" '[1,3.5,6,true]'
same "five" "$(rule '[range(5)] | spread | [.low, .value, .high, .sure]')" '[0,2,4,false]'
same "nine" "$(rule '[range(1; 10)] | spread | [.low, .value, .high, .sure]')" '[2,5,8,true]'
verdict() { rule "{low: $1, value: $2, high: $3} | judge(\"$4\"; $5) | split(\":\")[0]"; }
same "within a factor of 2" "$(verdict 5 8 20 factor 10)" '"holds"'
same "outside of it" "$(verdict 20.1 30 40 factor 10)" '"does not hold"'
same "across its end" "$(verdict 8 18 21 factor 10)" '"open"'
same "across both ends" "$(verdict 1 10 100 factor 10)" '"open"'
same "points" "$(verdict 32 40 52 points 42)" '"holds"'
same "not over" "$(verdict 0.5 0.9 1 over 1)" '"does not hold"'
same "over" "$(verdict 1.01 2 3 over 1)" '"holds"'
same "an upper bound above" "$(verdict 41 50 60 'at most' 40)" '"open"'
same "an upper bound below" "$(verdict 20 30 39 'at most' 40)" '"does not hold"'
same "a lower bound below" "$(verdict 10 20 30 'at least' 40)" '"open"'
same "a lower bound above" "$(verdict 41 50 60 'at least' 40)" '"holds"'
# Ten of twenty: neither the idle forty nor the eighty that wait for a CPU count.
same "a share" "$(rule '{causes: [
  {path: "lock/inode", ns: 10, low: 8, high: 14, idle: false},
  {path: "cpu/kernel", ns: 10, low: 6, high: 12, idle: false},
  {path: "switching/preempted", ns: 50, low: 50, high: 50, idle: false},
  {path: "switching/run-queue", ns: 30, low: 30, high: 30, idle: false},
  {path: "idle/park", ns: 40, low: 40, high: 40, idle: true}]}
  | share("lock/inode") | [.low, .value, .high]')" '[40,50,70]'
shown_part() { # CAUSES NAMED
  rule "{causes: [$1, {path: \"cpu/user\", ns: 7000000000, low: 0, high: 1e10, evidence: \"sampled\"}]}
    | part(.path | startswith(\"$2\"); true) | shown(\"%\")"
}
leaf() { printf '{path: "lock/%s", ns: %s, low: %s, high: %s, evidence: "%s"}' "$@"; }
same "exact" "$(shown_part "$(leaf futex 3e9 3e9 3e9 exact)" lock)" '"30 % (30 .. 30)"'
same "outwards" "$(shown_part "$(leaf futex 3e9 2999999999 3000000001 sampled)" lock)" '"30 % (29.99 .. 30.01)"'
same "less than a nanosecond" "$(shown_part "$(leaf futex 3e9 3e9 3e9 sampled)" lock)" '"30 % (29.99 .. 30.01)"'
same "two causes" "$(shown_part "$(leaf futex 1e9 5e8 2e9 sampled), $(leaf inode 2e9 1e9 3e9 sampled)" lock)" \
  '"30 % (bounds 15 .. 50)"'
same "one of two is exact" "$(shown_part "$(leaf futex 1e9 1e9 1e9 exact), $(leaf inode 2e9 1e9 3e9 sampled)" lock)" \
  '"30 % (20 .. 40)"'
same "rounds that are all alike" "$(rule '[range(6) | 3] | spread | shown("x")')" '"3 times (3 .. 3)"'
same "one capture" "$(rule '{low: 1, value: 1, high: 1, captures: 1} | verdict("exactly"; 1)')" '"holds (one capture)"'
while read -r claim_rule; do
  verdict 1 1 1 "$claim_rule" 1 >/dev/null || wrong "claims.json: there is no rule $claim_rule"
done < <(jq -r '.[].figures[].rule' "$claims/claims.json" | sort -u)

note "a short run"
mkdir "$dir/table"
touch "$dir/table/.wallflame-claims"
echo mine | tee "$dir/table/mine.json" >"$dir/table/mine.svg"
echo old | tee "$dir/table/claims.md" >"$dir/table/service-dput.svg"
# Workloads that cannot run are part of it.
printf '#!/bin/sh\necho "wallflame-workload: not on | this machine" >&2\nexit 1\n' >"$dir/none"
chmod +x "$dir/none"
WALLFLAME_WORKLOAD=$dir/none run "$claims/claims.sh" --seconds 0.3 --rounds 1 --only epoll \
  --output "$dir/table"
[ "$status" -eq 0 ] || fail "claims.sh: exit $status: $(cat "$dir/err")"
table=$dir/table/claims.md
line() { grep -F "| $1 |" "$table" || true; }
[[ $(line "the same of what Go's os.Open gave") == *'| 100 % (100 .. 100) | 100 % | holds in 1 of the 6 rounds that tell |'* ]] ||
  wrong "EPERM: $(line "the same of what Go's os.Open gave")"
[[ $(line "regular files in the poller of Go's runtime") == *'| 0 % (0 .. 0) | 0 % | does not hold in 1 of the 6 rounds that tell |'* ]] ||
  wrong "poller: $(line "regular files in the poller of Go's runtime")"
[[ $(line "epoll_ctl on a regular file is refused with EPERM") == \
*'| - | - | cannot be tested here: not on \| this machine | - | - |' ]] ||
  wrong "what cannot run: $(line "epoll_ctl on a regular file is refused with EPERM")"
grep -q 'too few for a 95 % interval' "$table" || wrong "one round has a 95 % interval"
links=$(grep -o '([a-z-]*\.svg)' "$table" | tr -d '()' | sort -u)
[ -n "$links" ] || wrong "there are no links"
for link in $links; do
  xmllint --noout "$dir/table/$link" || wrong "$link is no picture"
  jq -e '.capture.complete' "$dir/table/${link%.svg}.json" >/dev/null || wrong "$link: no report"
done
same "files beside an earlier run's" "$(cat "$dir/table"/mine.*)" $'mine\nmine'
[ ! -e "$dir/table/service-dput.svg" ] || wrong "a picture of an earlier run is left"
same "left behind" "$(find "$dir" -maxdepth 1 -name 'wallflame-claims.*' -o -maxdepth 1 \
  -name 'wallflame-workload*')" ""
