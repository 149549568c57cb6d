#!/usr/bin/env bash
# Write the licences of all that scripts/build.sh linked into the package, in full, to
# .build/lambda/third-party-licences.txt: what must accompany the zip when it is handed to others.
# Fails when docs/third-party-notices.md doesn't name something that was linked in.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
OUTPUT="$ROOT/.build/lambda"
NOTICES="$ROOT/docs/third-party-notices.md"

[ -r "$OUTPUT/inputs.txt" ] || die 'run scripts/build.sh first'
grep -q '^curl (source) ' "$OUTPUT/inputs.txt" || die 'this is for the static package'
checkouts="$ROOT/.build/lambda-static-$(<"$OUTPUT/architecture")/checkouts"

component() { # TITLE FILE...
  local title=$1
  shift
  for file in "$@"; do [ -r "$file" ] || die "$title: no licence at $file"; done
  printf '%s\n%s\n\n' "$title" "${title//?/=}"
  cat "$@"
  printf '\n\n'
}

{
  printf 'Linked into bootstrap:\n\n'
  cat "$OUTPUT/inputs.txt"
  printf '\n\n'
  toolchain=$(command -v swift) || die 'swift is not on the PATH'
  toolchain=$(readlink -f "$toolchain")
  toolchain=${toolchain%/*/*}
  component 'Swift' "$toolchain/share/swift/LICENSE.txt"
  component 'swift-log' "$checkouts/swift-log/LICENSE.txt" "$checkouts/swift-log/NOTICE.txt"
  component 'swift-argument-parser (in cfbridge alone)' "$checkouts/swift-argument-parser/LICENSE.txt"
  component 'curl' "$ROOT"/.build/static-deps/curl-*/COPYING.curl
  component 'OpenSSL' /usr/share/doc/libssl-dev/copyright
  component 'Expat' /usr/share/doc/libexpat1-dev/copyright
  component 'yajl' /usr/share/doc/libyajl-dev/copyright
  component 'GNU C Library' /usr/share/doc/libc6-dev/copyright
  component 'libstdc++ and libgcc' /usr/share/doc/libstdc++-12-dev/copyright
  for licence in Apache-2.0 LGPL-2.1 GPL-3; do
    component "$licence" "/usr/share/common-licenses/$licence"
  done
} >"$OUTPUT/third-party-licences.txt"

# swift-argument-parser is checked out with the rest, but only cfbridge links it.
while read -r name _; do
  case $name in
  Swift | swift-argument-parser) continue ;;
  esac
  grep -qF "$name" "$NOTICES" || die "docs/third-party-notices.md doesn't name $name"
done <"$OUTPUT/inputs.txt"
echo "${OUTPUT#"$ROOT"/}/third-party-licences.txt"
