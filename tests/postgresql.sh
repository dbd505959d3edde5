# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A PostgreSQL of one's own for a test or a benchmark, as ./dev has unpacked it beside the builds, else as
# installed. It listens on a socket in its own directory alone. A server does not run as root.

postgresql_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups --)

# postgresql_take TOP DIR: copies the programs to DIR, for not every user may read where they are, and
# prints the directory they are in now. Fails where there are none.
postgresql_take() {
  local place postgres programs
  for place in "$1/build/postgresql" ''; do
    for postgres in "$place"/usr/lib/postgresql/*/bin/postgres; do
      [ -x "$postgres" ] || continue
      programs=${postgres#"$place"/}
      (cd "$place/" && cp -a --parents "${programs%/bin/postgres}" usr/share/postgresql "$2/")
      echo "$2/${programs%/postgres}"
      return
    done
  done
  return 1
}

# postgresql_init PROGRAMS CLUSTER: a new cluster; what initdb says goes to CLUSTER.out.
postgresql_init() {
  mkdir "$2"
  chown nobody "$2"
  "${postgresql_user[@]}" "$1/initdb" -D "$2" -A trust -U test --locale=C -E UTF8 --no-sync >"$2.out" 2>&1
}

# postgresql_serve PROGRAMS CLUSTER: becomes the server; call it in the background.
postgresql_serve() {
  exec "${postgresql_user[@]}" "$1/postgres" -D "$2" -c listen_addresses= \
    -c unix_socket_directories="$2" -c jit=off
}

# postgresql_pids POSTMASTER: it and its children, apart by commas.
postgresql_pids() {
  { echo "$1" && tr ' ' '\n' <"/proc/$1/task/$1/children"; } | grep . | paste -sd ,
}
