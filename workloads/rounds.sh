# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# The options of scripts that run something in rounds, for so many seconds each. Who sources this has
# `program`, the name that errors begin with, the functions `usage` and `list`, and in the array `options`
# the variable that each option sets.
# shellcheck disable=SC2154

bad() {
  printf '%s: %s\n' "$program" "$*" >&2
  exit 2
}

read_options() { # WORD...
  while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) usage && exit ;;
    --list) list && exit ;;
    *)
      [ -n "${1:+${options[$1]-}}" ] || bad "'$1' is no option; see --help"
      [ $# -gt 1 ] || bad "$1: a value is missing"
      printf -v "${options[$1]}" %s "$2"
      shift 2
      ;;
    esac
  done
}

# check_rounds SHORTEST LONGEST: seconds
check_rounds() {
  [[ $rounds =~ ^[1-9][0-9]{0,2}$ ]] || bad "--rounds: '$rounds' is not allowed: give 1 to 999"
  if ! [[ $seconds =~ ^[0-9]{1,4}(\.[0-9]{1,3})?$ ]] ||
    ! awk "BEGIN { exit !($seconds >= $1 && $seconds <= $2) }"; then
    bad "--seconds: '$seconds' is not allowed: give a number, $1 to $2"
  fi
}
