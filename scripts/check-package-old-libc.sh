#!/usr/bin/env bash
# Run the built package in Debian 11, whose C library is 2.31, with an nsswitch.conf that names a
# module of that library first. Not in CI: it downloads a distribution. Needs root and debootstrap.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
BASE="$ROOT/.build/roots/bullseye"

user=$(id -u)
[ "$user" = 0 ] || die 'debootstrap needs root'
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
module=$(find "$BASE" -name 'libnss_myhostname.so.2')
[ -n "$module" ] || die 'the module is not there'
# shellcheck disable=SC2016 # dpkg-query's own format
chroot "$BASE" dpkg-query -Wf '${Package} ${Version}\n' libc6 libnss-myhostname
"$ROOT/scripts/check-package.sh" --base "$BASE" --hosts 'myhostname files dns' "$@"
