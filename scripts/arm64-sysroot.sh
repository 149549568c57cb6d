#!/usr/bin/env bash
# Make what an x86_64 machine needs to build the package for arm64, and print the folder: Swift's
# static libraries, the C libraries and their headers, all for arm64, from Debian's archive.
#
# scripts/arm64-inputs.txt names each package with its version and checksum. apt gets them with
# lists and a cache of its own; nothing of this machine's configuration is read or changed. They
# stay in .build/arm64. With --update, writes the file anew with the newest versions.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
UPDATE=''
case ${1-} in
'') ;;
--update) UPDATE=1 ;;
*) misuse "unknown argument: $1" ;;
esac

CACHE="$ROOT/.build/arm64"
INPUTS="$ROOT/scripts/arm64-inputs.txt"
ARCHIVE=http://deb.debian.org/debian
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
# Swift 6.2 for arm64 is in unstable alone. The C library is stable's, because that gets security
# fixes, and not this machine's, because Swift's archives want glibc 2.38 or later.
SWIFT_SUITE=sid
SYSTEM_SUITE=trixie
SYSTEM=(libc6 libc6-dev libgcc-s1 libgcc-14-dev libstdc++6 libstdc++-14-dev linux-libc-dev
  libssl-dev libexpat1-dev libyajl-dev zlib1g-dev libzstd-dev)
INDEX_HOURS=24

[ -r "$KEYS" ] || die "no $KEYS: this needs Debian (package debian-archive-keyring)"
mkdir -p "$CACHE"/{lists/partial,archives/partial,sources,packages}
: >"$CACHE/status"
user=$(id -un)
apt=(-qq
  -o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$CACHE/sources"
  -o Dir::Etc::preferencesparts=/dev/null -o Dir::Etc::preferences=/dev/null
  -o "Dir::State::lists=$CACHE/lists" -o "Dir::State::status=$CACHE/status"
  -o "Dir::Cache=$CACHE" -o "APT::Sandbox::User=$user"
  -o APT::Architecture=arm64 -o APT::Architectures::=arm64)

read_index() {
  local recent
  # The first time there is no such file.
  recent=$(find "$CACHE/updated" -mmin "-$((INDEX_HOURS * 60))" 2>/dev/null || true)
  [ -z "$recent" ] || return 0
  cat >"$CACHE/sources/arm64.list" <<EOF
deb [arch=arm64 signed-by=$KEYS] $ARCHIVE $SYSTEM_SUITE main
deb [arch=arm64 signed-by=$KEYS] $ARCHIVE-security $SYSTEM_SUITE-security main
deb [arch=arm64 signed-by=$KEYS] $ARCHIVE $SWIFT_SUITE main
EOF
  apt-get "${apt[@]}" -o APT::Update::Error-Mode=any update >&2 || die 'the index of arm64 packages cannot be read'
  touch "$CACHE/updated"
}

newest() { # PACKAGE SUITE: its newest version there
  local listing version='' candidate
  listing=$(apt-cache "${apt[@]}" madison "$1" | awk -F' *[|] *' -v suite="$2" '$3 ~ " " suite "(-security)?/" { print $2 }')
  for candidate in $listing; do
    if [ -z "$version" ] || dpkg --compare-versions "$candidate" gt "$version"; then version=$candidate; fi
  done
  [ -n "$version" ] || die "$2 has no $1 for arm64"
  printf '%s\n' "$version"
}

field() { # PACKAGE VERSION FIELD
  apt-cache "${apt[@]}" show "$1=$2" | sed -n "s/^$3: //p" | head -n 1
}

update_inputs() {
  local package version checksum suite
  rm -f "$CACHE/updated"
  read_index
  {
    printf '# What the arm64 package is built from on another machine: package, version, SHA-256.\n'
    printf '# scripts/arm64-sysroot.sh --update writes this file.\n'
    for package in swiftlang "${SYSTEM[@]}"; do
      suite=$SYSTEM_SUITE
      [ "$package" != swiftlang ] || suite=$SWIFT_SUITE
      version=$(newest "$package" "$suite")
      checksum=$(field "$package" "$version" SHA256)
      printf '%s %s %s\n' "$package" "$version" "$checksum"
    done
  } >"$CACHE/inputs"
  mv "$CACHE/inputs" "$INPUTS"
  say "wrote ${INPUTS#"$ROOT"/}"
}

fetch() { # PACKAGE VERSION SHA256
  local file="$CACHE/packages/$3.deb" got
  [ ! -f "$file" ] || return 0
  read_index
  say "downloading $1 $2"
  rm -f "$CACHE"/packages/new/*
  mkdir -p "$CACHE/packages/new"
  (cd "$CACHE/packages/new" && apt-get "${apt[@]}" download "$1=$2" >&2) ||
    die "Debian has no $1 $2 any more; run $PROGRAM --update, build, check, and commit ${INPUTS#"$ROOT"/}"
  got=$(sha256sum "$CACHE"/packages/new/*.deb)
  [ "${got%% *}" = "$3" ] || die "$1 $2 has the checksum ${got%% *} instead of $3"
  mv "$CACHE"/packages/new/*.deb "$file"
}

toolchain() { # the folder of the Swift in PATH
  local swift
  swift=$(command -v swift) || die 'swift is not on the PATH: see https://www.swift.org/install'
  swift=$(readlink -f "$swift")
  printf '%s\n' "${swift%/*/*}"
}

make_sysroot() { # FOLDER
  local work=$1.work package version checksum swift clang interface module
  rm -rf "$work" "$CACHE"/sysroot-*
  mkdir -p "$work/usr/lib"
  ln -s usr/lib "$work/lib"
  while read -r package version checksum; do
    say "unpacking $package $version"
    if [ "$package" = swiftlang ]; then
      dpkg-deb --fsys-tarfile "$CACHE/packages/$checksum.deb" |
        tar -x -C "$work" ./usr/libexec/swift/lib/swift ./usr/libexec/swift/lib/swift_static
    else
      dpkg-deb -x "$CACHE/packages/$checksum.deb" "$work"
    fi
  done <"$CACHE/rows"
  mv "$work"/usr/libexec/swift/lib/swift{,_static} "$work/usr/lib/"
  swift=$(toolchain)
  clang=$(find "$swift/lib/clang" -mindepth 1 -maxdepth 1 -name '[0-9]*' | sort -V | tail -n 1)
  for version in swift swift_static; do
    rm -rf "$work/usr/lib/$version/clang"
    ln -s "$clang" "$work/usr/lib/$version/clang"
  done
  # A module compiled by another compiler cannot be imported; its interface can.
  find "$work/usr/lib/swift" "$work/usr/lib/swift_static" -name '*.swiftinterface' >"$CACHE/interfaces"
  while read -r interface; do
    module=${interface%.swiftinterface}
    case ${interface##*/} in
    aarch64-unknown-linux-gnu.swiftinterface) rm -f "$module.swiftmodule" ;;
    *) ;;
    esac
  done <"$CACHE/interfaces"
  mv "$work" "$1"
}

if [ -n "$UPDATE" ]; then
  update_inputs
  exit 0
fi
grep -v '^#' "$INPUTS" >"$CACHE/rows"
while read -r package version checksum; do
  fetch "$package" "$version" "$checksum"
done <"$CACHE/rows"
compiler=$(swift --version 2>/dev/null)
key=$({
  cat "$CACHE/rows" "${BASH_SOURCE[0]}"
  printf '%s' "$compiler"
} | sha256sum | cut -c1-12)
sysroot="$CACHE/sysroot-$key"
[ -d "$sysroot" ] || make_sysroot "$sysroot"
printf '%s\n' "$sysroot"
