#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Whatever bytes are in a name, the picture is well-formed XML.
set -eu
sample=$1
command -v xmllint >/dev/null || { echo "xmllint is not installed"; exit 1; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

try() {
    "$sample" svg "$2" <"$dir/folded" >"$dir/svg"
    xmllint --noout --nonet "$dir/svg" || { echo "not valid: $1"; exit 1; }
}

printf '%s 1\n' '<script>alert(1)</script>' '"><svg onload=x>' "a' b" ']]>' '&amp;&#0;' '<!--' \
    >"$dir/folded"
try markup '</title><script>alert(1)</script> ]]> & "'
printf 'a\001\002\010\013\014\016\037\177;\302\205\303\050\340\200\257;\355\240\200\xef\xbf\xbe 1\n' \
    >"$dir/folded"
try controls "$(printf '\001\033[31m\377')"
i=1
: >"$dir/folded"
while [ $i -lt 256 ]; do
    # Newline ends a line; every other byte may stand in a name.
    # shellcheck disable=SC2059 # the format is the byte itself
    [ $i -eq 10 ] || printf "a\\$(printf %03o $i)b 1\n" >>"$dir/folded"
    i=$((i + 1))
done
try "every byte" x
head -c 200000 /dev/urandom | tr '\n' x | fold -b -w 997 | sed 's/$/ 3/' >"$dir/folded"
try "random bytes" x
printf 'a\000b;c\000 1\n\000 2\n' >"$dir/folded"
try NUL x
