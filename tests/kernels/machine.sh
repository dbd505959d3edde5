# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# A virtual machine without acceleration: it needs no rights and no hardware.

# A machine that hangs is ended: one that is busy by the time it takes of a CPU, which is about one
# minute however many others want one; one that waits by the clock.
machine_cpu_seconds=240
machine_seconds=1800

# disk FILE SERIAL: the options for a disk that the guest knows by SERIAL.
disk() {
  printf -- '-drive\nfile=%s,if=none,id=%s,format=raw,cache=unsafe\n' "$1" "$2"
  printf -- '-device\nvirtio-blk-pci,drive=%s,serial=%s\n' "$2" "$2"
}

# QEMU 7.2 emulates two things wrongly that new kernels live by: what one CPU writes into code the other
# may run in its old form (int3 of a jump label is left behind), hence one thread for all CPUs; and
# cmpxchg16b without a lock prefix leaves garbage in the flags, hence none of it. What else the CPU is
# said not to have it would only be slow at: with erms or fsrm a kernel copies bytes one by one, each a
# step of the emulation; la57 is a level more of page tables, smap two instructions at each copy.
#
# On a busy host a kernel may find that the timer does not tick and give up: it is told not to look.
#
# run_machine VMLINUZ INITRAMFS CPUS OUT: fills OUT with what the guest hands back, and OUT/console. A guest
# that hands nothing back has failed.
run_machine() {
  local scratch="$4/disks" options
  mkdir -p "$scratch"
  truncate -s 256M "$scratch/captures" "$scratch/files"
  mkfs.ext4 -q "$scratch/files"
  mapfile -t options < <(disk "$scratch/captures" captures && disk "$scratch/files" files)
  (ulimit -t "$machine_cpu_seconds" && timeout --foreground "$machine_seconds" qemu-system-x86_64 \
    -accel tcg,thread=single -cpu max,-cx16,-erms,-fsrm,-la57,-smap -smp "$3" -m 1G \
    -nodefaults -no-user-config -display none -no-reboot -serial "file:$4/console" "${options[@]}" \
    -kernel "$1" -initrd "$2" \
    -append 'console=ttyS0 quiet panic=-1 no_timer_check' </dev/null) ||
    echo "kernels: the virtual machine ended with status $?" >&2
  tar x -C "$4" -f "$scratch/captures"
  rm -rf "$scratch"
  [ -e "$4/kernel" ]
}
