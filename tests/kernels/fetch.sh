# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
# Debian's newest cloud kernel of a series, through the mirror that this machine's apt is configured
# for, with package lists of its own: the machine's lists and packages stay as they are.

# series_source SERIES: which of the mirror's archives has it, in which suite, and how the names of
# its packages go on after "linux-image-".
series_source() {
  case $1 in
  5.10) echo 'security bullseye-security 5\.10\.' ;;
  6.1) echo 'security bookworm-security 6\.1\.' ;;
  6.12) echo 'security trixie-security 6\.12\.' ;;
  newest) echo 'main sid [0-9]+\.[0-9]+\.' ;;
  *)
    echo "kernels: no series '$1', but 5.10, 6.1, 6.12 and newest" >&2
    return 1
    ;;
  esac
}

# mirror ARCHIVE: its URI. Apt is asked: it knows every form of its configuration.
mirror() {
  local pattern line
  case $1 in
  main) pattern='^[a-z]+ ' ;;
  security) pattern='^[a-z]+-security ' ;;
  esac
  # shellcheck disable=SC2016 # apt's own variables
  line=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
    grep -E -m 1 "$pattern") || {
    echo "kernels: apt is configured for no Debian archive of the kind '$1'" >&2
    return 1
  }
  echo "${line#* }"
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# make_apt DIR URI SUITE: a state of apt's for that suite alone.
make_apt() {
  mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial" "$1/none"
  echo "deb [arch=amd64 signed-by=$keyring] $2 $3 main" >"$1/sources.list"
}

# private_apt DIR PROGRAM ARGUMENT...: with no installed packages, so that none holds a version back,
# and as the user who owns DIR.
private_apt() {
  local dir=$1
  shift
  "$1" -qq -o Dir::State="$dir/state" -o Dir::State::status=/dev/null -o Dir::Cache="$dir/cache" \
    -o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts="$dir/none" \
    -o Dir::Etc::preferencesparts="$dir/none" -o APT::Sandbox::User="$(id -un)" \
    -o Acquire::Languages=none -o APT::Architecture=amd64 "${@:2}"
}

# newest_version DIR PATTERN: the version in the name of the newest kernel package.
newest_version() {
  private_apt "$1" apt-cache pkgnames linux-image- |
    sed -nE "s/^linux-image-($2.*-cloud-amd64)\$/\1/p" | sort -V | tail -n 1
}

# download DIR VERSION INTO: the packages of a kernel.
download() {
  local part names=()
  # Up to 6.x one package has all; from 7.x on it only names the others.
  for part in image binary base modules; do
    if private_apt "$1" apt-cache show "linux-$part-$2" >/dev/null 2>&1; then
      names+=("linux-$part-$2")
    fi
  done
  (cd "$3" && private_apt "$1" apt-get download "${names[@]}")
}

# fetch_kernel SERIES CACHE: prints the directory of the kernel, whose name is its version.
fetch_kernel() {
  local source archive suite pattern uri version lock home="$2/$1"
  source=$(series_source "$1")
  read -r archive suite pattern <<<"$source"
  uri=$(mirror "$archive")
  make_apt "$home/apt" "$uri" "$suite"
  # Another machine may want the same; the lock ends with this subshell.
  exec {lock}>"$home/lock"
  flock "$lock"
  private_apt "$home/apt" apt-get update >&2
  version=$(newest_version "$home/apt" "$pattern")
  [ -n "$version" ] || {
    echo "kernels: $suite has no cloud kernel $1" >&2
    return 1
  }
  if [ ! -d "$home/$version" ]; then
    find "$home" -mindepth 1 -maxdepth 1 ! -name apt ! -name lock -exec rm -rf {} +
    mkdir -p "$home/new/packages"
    download "$home/apt" "$version" "$home/new/packages" >&2
    unpack_kernel "$version" "$home/new/packages" "$home/new/kernel" >&2
    mv "$home/new/kernel" "$home/$version"
    rm -rf "$home/new"
  fi
  echo "$home/$version"
}
