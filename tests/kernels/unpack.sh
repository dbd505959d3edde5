# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# From Debian's packages of a kernel to what a virtual machine boots.

# module_paths TREE VERSION: of the modules that the guest needs and of what these need, in the order
# to load them in.
module_paths() {
  local module
  for module in virtio_pci virtio_blk ext4; do
    modprobe -d "$1" -S "$2" --show-depends "$module" || return 1
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' # else: built in
}

plain_module() { # FILE
  case $1 in
  *.xz) xz -dc "$1" ;;
  *.zst) zstd -qdc "$1" ;;
  *) cat "$1" ;;
  esac
}

# unpack_kernel VERSION PACKAGES-DIR DIR: DIR/vmlinuz and DIR/modules/, numbered.
unpack_kernel() {
  local tree="$2/tree" package path number=10 paths
  mkdir -p "$3/modules"
  for package in "$2"/*.deb; do dpkg-deb -x "$package" "$tree"; done
  [ -d "$tree/lib" ] || ln -s usr/lib "$tree/lib" # a package of after the merge of /lib into /usr
  find "$tree" -name 'vmlinuz*' -type f -exec cp {} "$3/vmlinuz" \;
  depmod -b "$tree" "$1"
  paths=$(module_paths "$tree" "$1")
  for path in $paths; do
    plain_module "$path" >"$3/modules/$number-$(basename "${path%%.ko*}").ko"
    number=$((number + 1))
  done
}
