# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# What the virtual machine boots into. Archives are not compressed: an emulated CPU unpacks slowly.

# libraries PROGRAM...: all that they load, and the loader.
libraries() {
  ldd "$@" | grep -oE '/[^ ]+\.so[^ ]*' | sort -u
}

archive() { # TREE
  (cd "$1" && find . -print0 | LC_ALL=C sort -z |
    cpio --null --create --format newc --owner 0:0 --quiet)
}

# make_root TREE SOURCE PROGRAM...: the programs with their libraries, busybox, and SOURCE/tests.
make_root() {
  local tree=$1 tests="$2/tests" library
  shift 2
  rm -rf "$tree"
  mkdir -p "$tree"/{bin,dev,disk,out,proc,sys,tmp,usr,var/tmp} "$tree"/tests/{e2e,kernels}
  ln -s ../bin "$tree/usr/bin"
  cp "$(command -v busybox)" "$@" "$tree/bin/"
  libraries "$@" | while read -r library; do
    mkdir -p "$tree$(dirname "$library")"
    cp -L "$library" "$tree$library"
  done
  cp "$tests/e2e/"{lib.sh,leaks.supp} "$tree/tests/e2e/"
  cp "$tests/kernels/"{captures,capture,guest}.sh "$tree/tests/kernels/"
  cp "$tests/kernels/init" "$tree/init"
}

# make_initramfs TREE KERNEL-DIR FILE: archives may follow each other
# (the kernel's Documentation/driver-api/early-userspace/buffer-format.rst).
make_initramfs() {
  local modules
  modules=$(mktemp -d "$3.XXXXXX")
  cp -r "$2/modules" "$modules/"
  { archive "$1" && archive "$modules"; } >"$3"
  rm -rf "$modules"
}
