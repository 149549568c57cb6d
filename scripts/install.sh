#!/usr/bin/env bash
# Install cfbridge, one file that needs nothing of the system, with its completions.
# Runs on bash 3.2 (macOS).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
# shellcheck source=scripts/lib/release.sh
. "$ROOT/scripts/lib/release.sh"

usage() {
  cat <<EOF
Usage: scripts/$PROGRAM [--from WHAT] [--prefix FOLDER]

Installs cfbridge into FOLDER/bin, and its completions for bash, zsh and fish into FOLDER/share.

  --from WHAT      a release such as v1.2.3, or its cfbridge-linux-….tar.gz as a file or an https://
                   address, whose sum must be the one in SHA256SUMS beside it. Without it: from an
                   unpacked release the same release, from a checkout what scripts/build.sh
                   --product cfbridge makes here (Debian 12)
  --prefix FOLDER  (default: PREFIX, else ~/.local)

Releases have cfbridge for Linux on x86_64 and arm64. RELEASES_URL names the address that has a
folder for each release, where this checkout or release does not know it.
EOF
}

FROM='' PREFIX=${PREFIX:-$HOME/.local}
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --from | --prefix)
    if [ $# -lt 2 ] || [ -z "$2" ]; then misuse "$1 needs a value"; fi
    case $1 in
    --from) FROM=$2 ;;
    --prefix) PREFIX=$2 ;;
    esac
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

archive_name() {
  local system machine
  system=$(uname -s)
  machine=$(uname -m)
  case $machine in aarch64) machine=arm64 ;; *) ;; esac
  case $system:$machine in
  Linux:x86_64 | Linux:arm64) printf 'cfbridge-linux-%s.tar.gz\n' "$machine" ;;
  *) die "releases have no cfbridge for $system on $machine, only for Linux on x86_64 and arm64" ;;
  esac
}

# Leaves cfbridge in $work/cfbridge.
from_archive() { # FILE
  local inside
  # An archive of ours has one folder.
  inside=$(tar -tzf "$1" | sed -n 's|^\([A-Za-z0-9._-]*\)/cfbridge$|\1|p')
  [ -n "$inside" ] || die "$1 has no cfbridge in it"
  tar -xzf "$1" -C "$work" "$inside/cfbridge"
  mv "$work/$inside/cfbridge" "$work/cfbridge"
}

from_address() { # URL
  local name=${1##*/} expected
  download "${1%/*}/SHA256SUMS" "$work/SHA256SUMS"
  expected=$(listed_sum "$work/SHA256SUMS" "$name")
  [ -n "$expected" ] || die "${1%/*}/SHA256SUMS does not list $name"
  say "downloading $1"
  download "$1" "$work/$name"
  check_sum "$work/$name" "$name" "$expected"
  from_archive "$work/$name"
}

from_file() { # FILE
  local folder name expected
  folder=$(dirname "$1")
  name=$(basename "$1")
  [ -r "$folder/SHA256SUMS" ] || die "there is no SHA256SUMS beside $1 to compare its sum with" 2
  expected=$(listed_sum "$folder/SHA256SUMS" "$name")
  [ -n "$expected" ] || die "$folder/SHA256SUMS does not list $name"
  check_sum "$1" "$name" "$expected"
  from_archive "$1"
}

from_build() {
  [ -r "$ROOT/Package.swift" ] || die 'here is nothing to build; name a release with --from' 2
  "$ROOT/scripts/build.sh" --product cfbridge >&2
  cp "$ROOT/.build/cfbridge/cfbridge" "$work/cfbridge"
}

if [ -z "$FROM" ] && [ -r "$ROOT/VERSION" ]; then FROM=v$(<"$ROOT/VERSION"); fi
if [ -z "$FROM" ]; then
  from_build
elif [ -f "$FROM" ]; then
  from_file "$FROM"
elif [[ $FROM =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.-]+)?$ ]]; then
  name=$(archive_name)
  address=$(release_url "$FROM")
  from_address "$address/$name"
elif [[ $FROM == http*://*.tar.gz ]]; then
  from_address "$FROM"
else
  die "there is no $FROM: --from takes a release such as v1.2.3, a file or an address that ends in .tar.gz" 2
fi
version=$("$work/cfbridge" --version) || die 'this cfbridge does not run here'

install_completion() { # SHELL FILE
  mkdir -p "$(dirname "$2")"
  "$work/cfbridge" --generate-completion-script "$1" >"$2"
}

mkdir -p "$PREFIX/bin"
chmod 755 "$work/cfbridge"
# Into the folder first, so that a running cfbridge keeps its file.
cp "$work/cfbridge" "$PREFIX/bin/.cfbridge.new"
mv -f "$PREFIX/bin/.cfbridge.new" "$PREFIX/bin/cfbridge"
install_completion bash "$PREFIX/share/bash-completion/completions/cfbridge"
install_completion zsh "$PREFIX/share/zsh/site-functions/_cfbridge"
install_completion fish "$PREFIX/share/fish/vendor_completions.d/cfbridge.fish"
printf 'cfbridge %s is at %s\n' "$version" "$PREFIX/bin/cfbridge"
case :$PATH: in
*":$PREFIX/bin:"*) ;;
*) say "note: $PREFIX/bin is not in your PATH" ;;
esac
