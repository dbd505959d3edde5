#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# table.sh RUNS OUTPUT: the table of what cost.sh kept.
set -euo pipefail
export LC_ALL=C
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

mkdir -p "$(dirname "$2")"
jq -rs -f "$here/table.jq" "$1" >"$2.new"
mv "$2.new" "$2"
printf 'cost: %s\n' "$2"
