# SPDX-License-Identifier: GPL-2.0-only OR MIT
# docs/cost.md from the lines that cost.sh kept: an array of all of them.

# Two-sided 95 % quantiles of Student's t for 1 to 30 degrees of freedom, from the usual tables; beyond, the
# first terms of the Cornish-Fisher expansion around the normal one.
def student($df):
  [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
   2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042]
  | if $df <= length then .[$df - 1] else 1.95996 + 2.3723 / $df + 2.8225 / ($df * $df) end;

# Between the values in order, in proportion.
def quantile($q):
  sort | ((length - 1) * $q) as $at | ($at | floor) as $i
  | .[$i] + ($at - $i) * ((.[$i + 1] // .[$i]) - .[$i]);
def summary: {n: length, median: quantile(0.5), low: quantile(0.25), high: quantile(0.75)};

# Of ratios of pairs: the 95 % interval of their geometric mean, by Student's t over the logarithms.
def interval:
  map(log) | length as $n | (add / $n) as $mean
  | (map(. - $mean | . * .) | add / ($n - 1) | sqrt) as $deviation
  | (student($n - 1) * $deviation / ($n | sqrt)) as $room
  | {low: ($mean - $room | exp), high: ($mean + $room | exp)};

def paired: map(select(.kind == "run")) | group_by([.workload, .pair, .round]) | map(select(length == 2));
def empty_half: any(.[]; .operations == 0);
def pairs:
  paired | map(select(empty_half | not)
      | (map(select(.half == "nothing"))[0]) as $nothing | (map(select(.half == "way"))[0]) as $way
      | {workload: $way.workload, pair: $way.pair, beside: $way,
         rate: ($way.rate / $nothing.rate), p99: ($way.p99_ns / $nothing.p99_ns)});

def digits($n): . as $v | if $v == 0 then "0" else
    ($v | fabs | log10 | floor) as $e | pow(10; $n - 1 - $e) as $p | ($v * $p | round) / $p | tostring end;
# Two digits after the point.
def ratio: (. * 100 | round) as $c | "\($c / 100 | floor).\($c % 100 | tostring | if length < 2 then "0" + . else . end)";
def thousands: round | tostring | [while(length > 0; .[:-3]) | .[-3:]] | reverse | join(",");
def scaled($steps): . as $v | first($steps[] | select($v >= .[0] or .[0] == 1) | "\($v / .[0] | digits(3)) \(.[1])");
def bytes: scaled([[1e9, "GB"], [1e6, "MB"], [1e3, "kB"], [1, "B"]]);
def ns: scaled([[1e9, "s"], [1e6, "ms"], [1e3, "us"], [1, "ns"]]);
def spread(show): "\(.median | show) (\(.low | show) .. \(.high | show))";

def cell: tostring | gsub("\\s+"; " ") | gsub("[|]"; "\\|") | gsub("<"; "&lt;");
def row: "| " + (map(cell) | join(" | ")) + " |";
def head: row, (map("---") | row);

# What the pairs can tell: the interval, how many have less, and on which side of 1 it lies.
def told($less; $more):
  length as $n | (map(select(. < 1)) | length) as $below
  | if $n < 3 then "too few pairs to tell"
    else interval as $i
      | "\($i.low | ratio) .. \($i.high | ratio), \($below) of \($n) below 1: "
        + if $i.high < 1 then $less elif $i.low > 1 then $more else "not told apart" end
    end;

# Why it is not in the table.
def refusal($workload; $way):
  first(.[] | select(.kind == "refused" and .workload == $workload and .way == $way) | .why) // null;

def glance($title; $key; $pairs; $workloads; $ways):
  "", $title, "",
  (([""] + ($ways | map("`\(.name)`"))) | head),
  ($workloads[] | .name as $workload
    | [$workload] + ($ways | map(.name as $way
        | [$pairs[] | select(.workload == $workload and .pair == $way) | .[$key]]
        | if length == 0 then "-" else quantile(0.5) | ratio end))
    | row);

def alone($workload):
  map(select(.kind == "run" and .workload == $workload and .half == "nothing" and .operations > 0))
  | if length == 0 then "It has not run." else
      "Alone, \(length) runs: \(map(.rate) | summary | spread(thousands)) operations a second, "
      + "P50 \(map(.p50_ns) | summary | spread(ns)), P99 \(map(.p99_ns) | summary | spread(ns))."
    end;

def workload_table($workload; $ways; $pairs):
  . as $lines
  | "", "### \($workload.name)", "",
  "\($workload.what[:1] | ascii_upcase)\($workload.what[1:]) (`\($workload.command)`). \(alone($workload.name))", "",
  (["beside", "throughput", "95 % interval", "P99", "95 % interval", "CPU of the collector",
    "written a second", "left in the file a second", "memory"] | head),
  ($ways[] | .name as $way
    | [$pairs[] | select(.workload == $workload.name and .pair == $way)] as $of
    | if ($of | length) == 0 then
        ["`\($way)`", "cannot run: \($lines | refusal($workload.name; $way) // "not tried")", "-", "-", "-", "-", "-", "-", "-"]
      else
        ["`\($way)`",
         ($of | map(.rate) | summary | spread(ratio)), ($of | map(.rate) | told("less"; "more")),
         ($of | map(.p99) | summary | spread(ratio)), ($of | map(.p99) | told("sooner"; "later")),
         ($of | map(.beside.cpu_s) | summary | spread(digits(2)) + " s"),
         ($of | map(.beside | .written_bytes / .window_s) | summary | spread(bytes)),
         ($of | map(.beside | .file_bytes / .window_s) | summary | spread(bytes)),
         ($of | map(.beside.peak_kb * 1024) | quantile(0.5) | bytes)]
      end | row);

def bpf_table:
  [.[] | select(.kind == "bpf") | .way as $way | (.programs | map(.run_time_ns) | add) as $all
    | .programs[] | select(.run_cnt > 0) | {way: $way, name, run_cnt, ns: (.run_time_ns / .run_cnt), share: (.run_time_ns / $all)}]
  | group_by([.way, .name])
  | map({way: .[0].way, name: .[0].name, runs: (map(.run_cnt) | summary), ns: (map(.ns) | summary),
         share: (map(.share) | quantile(0.5))} | select(.share >= 0.01))
  | sort_by([(.way != "wallflame"), .way, -.share])
  | if length == 0 then "None were measured." else
      (["of", "program", "runs counted", "ns a run", "of all its programs' time"] | head),
      (.[] | ["`\(.way)`", "`\(.name)`", (.runs | spread(thousands)), (.ns | spread(digits(3))),
        "\(.share * 100 | digits(2)) %"] | row)
    end;

def cautions($machine):
  [if $machine.rounds < 5 then "fewer than five pairs are a try, no measurement" else empty end,
   if ($machine.load | tonumber) > $machine.cpus then
     "other programs kept the CPUs busy (load average \($machine.load) on \($machine.cpus) CPUs as the run began)"
   else empty end]
  | if length > 0 then "", "**Not to be quoted: \(join(", and ")).**" else empty end;

. as $lines
| (first(.[] | select(.kind == "machine"))) as $machine
| map(select(.kind == "workload")) as $workloads
| map(select(.kind == "way")) as $ways
| pairs as $pairs
| (first(.[] | select(.kind == "end")) // {took: null, load: "unknown"}) as $last
| "# What a capture costs", "",
  "Written by `./dev bench cost`. Do not edit.", "",
  "\($machine.cpus) \(if $machine.virtual then "virtual " else "" end)CPUs (\($machine.cpu)), \($machine.memory) of memory, \($machine.disk); \($machine.kernel). \($machine.wallflame), commit \($machine.commit); \($machine.perf); \($machine.bpftrace).",
  "\($machine.date), \($machine.rounds) pair\(if $machine.rounds == 1 then "" else "s" end) of each workload and way\(if any($pairs[]; .beside.round > $machine.rounds) then " (of `\($machine.more)` \($machine.more_rounds) times as many)" else "" end), \($machine.seconds) s a run (pgbench: whole seconds, rounded up), \($last.took // "?") s in all; load average \($machine.load) at the beginning, \($last.load) at the end.",
  cautions($machine),
  "", "| way | its command |", "|---|---|",
  ($ways[] | ["`\(.name)`", "`\(.command)`" + (if .as == "root" then "" else ", as \(.as)" end)] | row),
  "",
  "`PIDS` is the workload, of PostgreSQL the server and its processes; `WAITER` a program that waits until the workload is done; `offcpu.bt` sums off-CPU time by kernel stack ([tests/bench/cost/offcpu.bt](../tests/bench/cost/offcpu.bt)). What has `-a`, and bpftrace, sees the whole machine; `perf trace -p` would not follow threads that begin later.",
  "",
  "- **A pair** is the workload alone and beside a collector, one right after the other. Which is first alternates from pair to pair and from round to round, so that what drifts hits both alike. The workload begins when the collector is at work, and the collector is stopped when the workload is done.",
  "- **Throughput** and **P99** are ratios of the pairs, beside the collector by alone: the median, and the quartiles in brackets. Operations and transactions are counted exactly, by the workload and by pgbench; a P99 is at most 1/32 too much (the width of a bin of the workloads' histogram), for pgbench it is exact to 1 us. `switches` and `pair` time one round trip in 16, `reads` one read in 256, the others all operations.",
  "- **95 % interval**: of the geometric mean of the pairs' ratios, by Student's t over their logarithms, each by itself. *Not told apart*: 1 lies inside, so these pairs do not tell the collector from nothing; how much may hide is what the interval says.",
  "- **CPU**, **memory** and **written** are the collector's own, by wait4(2), from its start to its end, so what it takes to begin and to end is in them, however short the run: exact. Memory is that of its largest process. What the kernel does for it in the threads of the workload is in none of them, but in the throughput. Bytes written are counted by the kernel in whole pages, logs that are folded in later included; the file is what is left.",
  glance("## Throughput at a glance"; "rate"; $pairs; $workloads; $ways),
  glance("## P99 at a glance"; "p99"; $pairs; $workloads; $ways),
  "", "## Workload by workload",
  ($workloads[] as $workload | $lines | workload_table($workload; $ways; $pairs)),
  "", "## Time of BPF programs", "",
  "By the kernel's own statistics (`kernel.bpf_stats_enabled`), under the context-switch storm, in runs of their own, for to count costs time, too: median and quartiles of \($lines | map(select(.kind == "bpf")) | group_by(.way) | map(length) | max // 0) runs. Programs with less than 1 % of their collector's time are left out.", "",
  ($lines | bpf_table),
  "", "## What could not run", "",
  ([$lines[] | select(.kind == "refused") | "- \(.workload), `\(.way)`: \(.why | cell)"]
    + [$lines | paired | map(select(empty_half)) | group_by([.[0].workload, .[0].pair])[]
      | "- \(.[0][0].workload), `\(.[0][0].pair)`: \(length) of its pairs are left out, for one half did no operation in its time"]
    | if length == 0 then "Nothing: each way ran beside each workload." else .[] end),
  "",
  "## Why it costs that much",
  "",
  "- One BPF program runs at a switch, none at a wake-up or a system call; what the thread did since its last switch comes out of counts that the kernel keeps anyway ([architecture.md](architecture.md)).",
  "- Sums stay in the kernel and are sent slice by slice: what is written does not grow with the rate of switches.",
  "- A stack is taken the less likely the more often its thread switches, so that a storm of switches makes no storm of stacks. The chance is kept with it: totals stay exact, and shares get an interval.",
  "- The program looks at every switch of the machine, and keeps those of the target alone."
