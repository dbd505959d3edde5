#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Names and whole stacks of processes with a root and process numbers of their own, and of files that
# are no longer what their paths lead to: what is mapped counts, never what is there now.
WALLFLAME_TEST_TOOLS='cc ldd sqlite3 unshare'
. "$(dirname "$0")/whole.sh"
cd "$dir"

main='start;start_main;start_call_main;main'
optimized=(-O2 -fomit-frame-pointer)
compile enter
compile plugin_host "${optimized[@]}"
compile jitted "${optimized[@]}"
cc -std=gnu11 "${optimized[@]}" -g -shared -fPIC -o plugin.so "$here/programs/plugin.c"
sed 's/plugin_/stranger_/g' "$here/programs/plugin.c" >stranger.c
cc -std=gnu11 "${optimized[@]}" -g -shared -fPIC -o stranger.so stranger.c
for name in old new; do
  cc -std=gnu11 "${optimized[@]}" -g -DWORK=${name}_work -o "$name" "$here/programs/renamed.c"
done

# fill ROOT FILE...: what these programs need under a root: their libraries, themselves in /app, and
# at the paths that they have out here.
fill() {
  local root=$1 file
  shift
  mkdir -p "$root/app" "$root/tmp" "$root$dir"
  for file; do
    cp "$file" "$root/app/"
    cp "$file" "$root$dir/"
    ldd "$file" | sed -nE 's/^([^/]*=>)?\s*(\/\S+) \(.*/\2/p' | while read -r library; do
      mkdir -p "$root$(dirname "$library")"
      cp -L "$library" "$root$library"
    done
  done
}

fill lower plugin_host plugin.so jitted old
mkdir root upper

# enter KIND COMMAND...: in namespaces of its own, with a root that is a tmpfs or an overlay; its
# process number out here as $contained_pid, 1 in there.
enter() {
  local mount
  case $1 in
  tmpfs) mount="mount -t tmpfs none root && cp -a lower/. root/" ;;
  overlay) mount='mount -t tmpfs none upper && mkdir upper/data upper/work &&
    mount -t overlay none -o lowerdir=lower,upperdir=upper/data,workdir=upper/work root' ;;
  esac
  start unshare --mount --pid --fork --kill-child \
    sh -c "$mount && exec ./enter root \"\$@\"" sh "${@:2}"
  eventually 10 grep -q . "/proc/$started_pid/task/$started_pid/children" ||
    fail "no container: $(cat started.err)"
  contained_pid=$(tr -d " " <"/proc/$started_pid/task/$started_pid/children")
  eventually 10 thread_named "$contained_pid" "$(basename "$2")" || fail "no $2: $(cat started.err)"
  sleep 0.3
}

# unshare itself waits for its child, whatever signal comes.
leave() {
  kill -KILL "$contained_pid"
  finish "$started_pid" || true
}

never() { # WHAT PATTERN
  ! grep -hE "$2" folded.oncpu folded.offcpu >found || wrong "$1: $(head -n 1 found)"
}

check_plugin() { # WHAT
  check_whole "$1"
  check_chain oncpu '' 0.02 plugin_burn "$main;play_plugin;plugin_outer;plugin_middle;plugin_burn"
  check_chain offcpu '' 0.02 clock_nanosleep \
    "$main;play_plugin;plugin_outer;plugin_middle;plugin_wait;nanosleep;clock_nanosleep"
  never "$1: of another file" stranger_
}

look() { # FILE PID
  record "$1" -F 999 -d 1 -p "$2"
  read_stacks "$1"
}

for kind in tmpfs overlay; do
  note "$kind"
  enter $kind /app/plugin_host /app/plugin.so
  look $kind.db "$contained_pid"
  leave
  check_plugin $kind
done

note "a path that leads to another file out here"
mv plugin.so kept.so
cp stranger.so plugin.so
for kind in tmpfs overlay; do
  enter $kind "$dir/plugin_host" "$dir/plugin.so"
  look same-path-$kind.db "$contained_pid"
  leave
  check_plugin "same path, $kind"
done
mv kept.so plugin.so

note "the map of a JIT under the number that its process knows"
for kind in tmpfs overlay; do
  enter $kind /app/jitted own
  look jit-$kind.db "$contained_pid"
  leave
  check_whole "JIT, $kind"
  check_chain oncpu '' 0.02 jit_inner "$main;run;jit_outer;jit_inner"
  check_chain offcpu '' 0.02 clock_nanosleep "$main;run;jit_outer;jit_inner;nap;nanosleep;clock_nanosleep"
done

# The frames are there all the same, without names.
for how in foreign link; do
  note "a map that is not trusted: $how"
  start ./jitted $how
  sleep 0.3
  look $how.db "$started_pid"
  stop "$started_pid"
  rm -f "/tmp/perf-$started_pid.map" "/tmp/perf-$started_pid.map.target"
  check_whole $how
  never "$how: of a map that is not trusted" jit_
  check_chain offcpu '' 0.02 clock_nanosleep "$main;run;[^;]*;[^;]*;nap;nanosleep;clock_nanosleep"
done

check_old() { # WHAT
  check_whole "$1"
  check_chain oncpu '' 0.02 old_work "$main;old_work"
  check_chain offcpu '' 0.02 clock_nanosleep "$main;old_work;nanosleep;clock_nanosleep"
  never "$1: of another file" new_work
}

note "a program that is replaced, and one that is deleted"
cp old program
start ./program
sleep 0.2
cp new other
mv other program
look replaced.db "$started_pid"
check_old replaced
rm program
look deleted.db "$started_pid"
stop "$started_pid"
check_old deleted

note "a library that is replaced"
cp plugin.so library.so
start ./plugin_host ./library.so
sleep 0.2
cp stranger.so other.so
mv other.so library.so
look library.db "$started_pid"
stop "$started_pid"
check_plugin library

note "a program that is replaced in a container, and then deleted"
enter overlay /app/old
cp new "/proc/$contained_pid/root/app/other"
mv "/proc/$contained_pid/root/app/other" "/proc/$contained_pid/root/app/old"
look contained-replaced.db "$contained_pid"
check_old "replaced in a container"
rm "/proc/$contained_pid/root/app/old"
look contained-deleted.db "$contained_pid"
leave
check_old "deleted in a container"
