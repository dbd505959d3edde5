# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What the figures of claims.json are made of, and how one is judged.

# Of two runs of a round, how much more of KEY is done in a second after the cure.
def rate(key): .[key] / .seconds;
def gain(name; key): (.[name + "-after"] | rate(key)) / (.[name + "-before"] | rate(key));

# From a report: time by cause, of which NAMED of ALL, in per cent with the report's own interval. The
# ends of several are summed to bounds, which are no 95 % interval. Reports have whole nanoseconds, so
# that an interval of less than one has no width in them.
def part(named; all):
  [.causes[] | select(all)] as $all
  | ($all | map(.ns) | add) as $ns
  | [$all[] | select(named)]
  | map(select(.evidence != "exact")) as $unsure
  | (map(.low) | add // 0) as $low
  | (map(.high) | add // 0) as $high
  | (if ($unsure | length) > 0 and $low == $high then 1 else 0 end) as $room
  | if $ns > 0 then {
      value: (100 * (map(.ns) | add // 0) / $ns),
      low: ([0, 100 * ($low - $room) / $ns] | max),
      high: ([100, 100 * ($high + $room) / $ns] | min),
      bounds: ($unsure | length > 1),
      captures: 1
    } else error("the capture has no time of that kind") end;
# Of what is no wait for a CPU: how much of that there is, others on the machine decide.
def share(path):
  part(.path | startswith(path);
    (.idle | not) and .path != "switching/preempted" and .path != "switching/run-queue");
def share_running(path):
  part(.path | startswith(path);
    .path | startswith("cpu/") or . == "switching/syscall-entry" or . == "switching/switch-cost");

def top_causes:
  . as $report
  | [.causes[] | select((.idle | not) and .ns > 0)] | sort_by(-.ns)[:2]
  | map(. as $top | $report | part(.path == $top.path; .idle | not)
      + {path: $top.path, evidence: $top.evidence});

# The median, and the widest ranks from both ends between which it lies with 95 % (the sign test's
# interval: no distribution is assumed). Below 6 values there are none: then the range.
def choose($n; $k): reduce range(0; $k) as $i (1; . * ($n - $i) / ($i + 1));
def rank($n):
  [range(1; ($n / 2 | floor) + 1)
    | select(1 - 2 * ([range(0; .) as $i | choose($n; $i)] | add) / pow(2; $n) >= 0.95)]
  | max // 0;
def median: sort | (length / 2 | floor) as $h
  | if length % 2 == 1 then .[$h] else (.[$h - 1] + .[$h]) / 2 end;
def spread:
  sort | length as $n | rank($n) as $r
  | {value: median, n: $n, sure: ($r > 0),
     low: (if $r > 0 then .[$r - 1] else .[0] end), high: (if $r > 0 then .[$n - $r] else .[-1] end)};

# Is what was found all inside the rule's bounds, or all outside?
def inside($rule; $v):
  if $rule == "factor" then . >= $v / 2 and . <= $v * 2
  elif $rule == "points" then . >= $v - 10 and . <= $v + 10
  elif $rule == "exactly" then . == $v
  elif $rule == "over" then . > $v
  elif $rule == "under" then . < $v
  else error("no such rule: " + $rule) end;
# Both ends on one side of bounds that lie between them are outside twice: so the value counts too.
def judge($rule; $v):
  if $rule == "none" then "no figure to hold it against"
  # What is a bound alone can say one thing only.
  elif $rule == "at most" then
    if .high < $v then "does not hold" else "open: the truth is at most this" end
  elif $rule == "at least" then
    if .low > $v then "holds" else "open: the truth is at least this" end
  else [.low, .value, .high | inside($rule; $v)]
  | if all then "holds" elif any then "open: the interval reaches across the bound"
    else "does not hold" end
  end;
# What has no interval is no verdict yet, and what one capture says another may not.
def verdict($rule; $v):
  judge($rule; $v)
  + if $rule == "none" then ""
    elif .captures == 1 then " (one capture)"
    elif .sure == false then " in \(.n) of the 6 rounds that tell"
    else "" end;

# Four digits that count.
def digits(way): if . == 0 then "0" else
    (fabs | log10 | floor) as $e | pow(10; ([3 - $e, 0] | max)) as $p
    | (. * $p | way) / $p | tostring end;
def digits: digits(round);
# Outwards, but for what only the arithmetic has brought off such a number.
def outwards(way): round as $near | if (. - $near | fabs) <= 1e-14 * fabs then $near else way end;
def scaled($unit): # [divisor, unit]
  if $unit == "ns" then
    if . >= 1e6 then [1e6, " ms"] elif . >= 1e3 then [1e3, " us"] else [1, " ns"] end
  elif $unit == "%" then [1, " %"] elif $unit == "x" then [1, " times"]
  elif $unit == "" then [1, ""] else [1, $unit] end;
def shown($unit):
  (.value | scaled($unit)) as [$by, $name]
  | (if .bounds then "bounds " else "" end) as $bounds
  | (if .low == .high then [.low, .high | . / $by | digits]
     else [(.low / $by | digits(outwards(floor))), (.high / $by | digits(outwards(ceil)))] end) as $ends
  | "\(.value / $by | digits)\($name) (\($bounds)\($ends[0]) .. \($ends[1]))";

# What is in a cell of a Markdown table stays in it.
def cell: tostring | gsub("\\s+"; " ") | gsub("[|]"; "\\|") | gsub("<"; "&lt;");
