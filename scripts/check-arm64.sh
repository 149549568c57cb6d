#!/usr/bin/env bash
# Check the package for arm64 on a machine of another architecture, under qemu's emulation of a
# process: that it is one static executable for arm64, starts in an empty root, resolves names and
# speaks TLS there, and answers every sample event like the package for this machine.
# Times under qemu mean nothing.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
ZIP="$ROOT/.build/lambda-arm64/bootstrap.zip"
HERE="$ROOT/.build/lambda/bootstrap.zip"
# The processors to emulate: Graviton2's, and an older one, since AWS promises none.
PROCESSORS=(neoverse-n1 cortex-a57)
QEMU_PACKAGE=qemu-user-static

usage() {
  cat <<EOF
Usage: scripts/$PROGRAM [--zip ZIP] [--same-as ZIP]

  --zip      the package for arm64 (default: .build/lambda-arm64/bootstrap.zip)
  --same-as  the package that it is compared with (default: .build/lambda/bootstrap.zip)

Needs cfbridge (.build/debug/cfbridge, or what CFBRIDGE names). qemu-aarch64-static is downloaded
with apt into .build/arm64/qemu where it is not installed; nothing is installed.
EOF
}

while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --zip | --same-as)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --zip) ZIP=$2 ;;
    --same-as) HERE=$2 ;;
    esac
    shift 2
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
done

[ -r "$ZIP" ] || die "no package at $ZIP: run scripts/build.sh --architecture arm64"
[ -r "$HERE" ] || die "no package to compare with at $HERE: run scripts/build.sh"
CFBRIDGE=${CFBRIDGE:-$ROOT/.build/debug/cfbridge}
[ -x "$CFBRIDGE" ] || die "no cfbridge at $CFBRIDGE: run swift build"
for command in unzip readelf jq; do
  command -v "$command" >/dev/null || die "$command is not installed"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

find_qemu() { # prints where it is
  local folder="$ROOT/.build/arm64/qemu" found
  found=$(command -v qemu-aarch64-static || true)
  if [ -z "$found" ]; then
    found="$folder/usr/bin/qemu-aarch64-static"
    if [ ! -x "$found" ]; then
      say "downloading $QEMU_PACKAGE"
      mkdir -p "$folder"
      (cd "$work" && apt-get -qq -o APT::Sandbox::User=root download "$QEMU_PACKAGE" >&2) ||
        die "cannot download $QEMU_PACKAGE: run apt-get update, or install it"
      dpkg-deb -x "$work"/qemu-user-static_*.deb "$folder"
    fi
  fi
  printf '%s\n' "$found"
}

check_file() {
  local header dynamic files
  files=$(unzip -Z1 "$ZIP")
  [ "$files" = bootstrap ] || die "the package is more than one file: $files"
  header=$(readelf -hlW "$work/arm64/bootstrap")
  dynamic=$(readelf -dW "$work/arm64/bootstrap")
  [[ $header =~ Machine:\ +AArch64 ]] || die 'bootstrap is not for arm64'
  [[ $header =~ Type:\ +DYN ]] || die 'bootstrap is not position-independent'
  [[ $header != *INTERP* ]] || die 'bootstrap needs a loader'
  [[ ! $dynamic =~ NEEDED|RPATH|RUNPATH ]] || die 'bootstrap needs shared libraries or has a run path'
  echo 'ok: one static, position-independent executable for arm64'
}

# What bootstrap made of each event, without the times. Which distribution is first differs from run to
# run, and the stand-in for CloudFront makes its ids from the order.
PLAIN='
  del(.milliseconds)
  | .invalidations |= (map(del(.id)) | sort_by(.distribution))
  | .answer |= (fromjson | if type == "object" and has("distributions")
      then .distributions |= (map(del(.invalidationId)) | sort_by(.id)) else . end)'
results() { # BOOTSTRAP
  # Some events are there to fail.
  "$CFBRIDGE" replay --json --bootstrap "$1" "$ROOT"/events/*.json 2>"$work/notes" >"$work/lines" || true
  jq -cS "$PLAIN" "$work/lines"
}

check_events() {
  local processor expected got count
  results "$work/here/bootstrap" >"$work/expected"
  expected=$(wc -l <"$work/expected" | tr -d ' ')
  count=$(find "$ROOT/events" -name '*.json' | wc -l | tr -d ' ')
  [ "$expected" = "$count" ] || die "$expected of $count events were replayed here: $(<"$work/notes")"
  for processor in "${PROCESSORS[@]}"; do
    printf '#!/bin/sh\nexec "%s" -cpu %s "%s"\n' "$QEMU" "$processor" "$work/arm64/bootstrap" >"$work/emulated"
    chmod +x "$work/emulated"
    results "$work/emulated" >"$work/got"
    diff "$work/expected" "$work/got" || die "on $processor events are answered differently"
    got=$(wc -l <"$work/got" | tr -d ' ')
    printf 'ok: %s events, the same results on %s as here\n' "$got" "$processor"
  done
}

unzip -q "$ZIP" -d "$work/arm64"
unzip -q "$HERE" -d "$work/here"
QEMU=$(find_qemu)
check_file
"$ROOT/scripts/check-package.sh" --zip "$ZIP" --emulator "$QEMU"
check_events
version=$("$QEMU" --version | head -n 1)
packed=$(wc -c <"$ZIP")
unpacked=$(wc -c <"$work/arm64/bootstrap")
printf 'size: %s bytes, %s unpacked; %s\n' "$packed" "$unpacked" "$version"
