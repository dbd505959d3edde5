# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# In the guest: every capture of the table, each with its log and exit status in /out/NAME/.
set -u
export WALLFLAME=/bin/wallflame WALLFLAME_WORKLOAD=/bin/wallflame-workload
# shellcheck source=captures.sh
. /tests/kernels/captures.sh
choose_captures "$(nproc)"

uname -r | tee /out/kernel
nproc >/out/cpus
wallflame doctor -f json -o /out/doctor.json

for row in "${captures[@]}"; do
  read -r name program options <<<"$row"
  mkdir "/out/$name"
  printf '== %s, %s s after the boot\n' "$row" "$(cut -d ' ' -f 1 /proc/uptime)"
  # shellcheck disable=SC2086 # options are words
  bash /tests/kernels/capture.sh "/out/$name" "$program" $options >"/out/$name/log" 2>&1
  echo $? >"/out/$name/status"
  cat "/out/$name/log"
done
