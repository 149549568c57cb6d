#!/usr/bin/env bash
# Run the built package in Debian 11, whose C library is 2.31, with an nsswitch.conf that names a
# module of that library first. Not in CI: it downloads a distribution. Needs root and debootstrap.
set -euo pipefail

case ${1-} in
-h | --help)
  # The comment above.
  sed -n '/^[^#]/q; s/^# //p' "${BASH_SOURCE[0]}"
  exit 0
  ;;
esac

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BASE="$ROOT/.build/roots/bullseye"

die() {
  printf '%s: error: %s\n' "${0##*/}" "$1" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || die 'debootstrap needs root'
command -v debootstrap >/dev/null || die 'debootstrap is not installed'

if [ ! -d "$BASE" ]; then
  mkdir -p "${BASE%/*}"
  work=$(mktemp -d "${BASE%/*}/work.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  debootstrap --variant=minbase --include=libnss-myhostname bullseye "$work/root" >"$work/log" ||
    {
      tail -n 20 "$work/log" >&2
      die 'debootstrap failed'
    }
  mv "$work/root" "$BASE"
fi
find "$BASE" -name 'libnss_myhostname.so.2' | grep -q . || die 'the module is not there'
# shellcheck disable=SC2016 # dpkg-query's own format
chroot "$BASE" dpkg-query -Wf '${Package} ${Version}\n' libc6 libnss-myhostname
"$ROOT/scripts/check-package.sh" --base "$BASE" --hosts 'myhostname files dns' "$@"
