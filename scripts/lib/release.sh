# shellcheck shell=bash
# Where releases are, and files from there with their checksums. Sourced after say.sh, by scripts that
# have ROOT. Runs on bash 3.2 (macOS).
set -euo pipefail # as the scripts have it; shellcheck reads each file by itself

# The address of a release's folder: RELEASES_URL, else what the release itself says in RELEASES, else
# the releases of the repository that this checkout came from.
release_url() { # TAG
  local base=${RELEASES_URL-} origin
  if [ -z "$base" ] && [ -r "$ROOT/RELEASES" ]; then base=$(<"$ROOT/RELEASES"); fi
  if [ -z "$base" ]; then
    origin=$(git -C "$ROOT" remote get-url origin 2>/dev/null || true)
    base=$(sed -n -E \
      -e 's#^(https://[^/@]+/[^/]+/[^/]+)(\.git)?/?$#\1#p' \
      -e 's#^(ssh://)?git@([^:/]+)[:/]([^/]+/[^/]+)$#https://\2/\3#p' <<<"$origin")
    base=${base%.git}
    [ -z "$base" ] || base=$base/releases/download
  fi
  [ -n "$base" ] || die "where are the releases? Set RELEASES_URL to the address that has a folder $1" 2
  printf '%s/%s\n' "${base%/}" "$1"
}

# Only HTTPS, since the sums come from the same place; this machine itself may speak HTTP.
download() { # URL FILE
  case $1 in
  https://* | http://127.0.0.1[:/]* | http://localhost[:/]*) ;;
  *) die "$1 is not an address that starts with https://" 2 ;;
  esac
  command -v curl >/dev/null || die "curl is not installed; download $1 yourself and name the file"
  curl --fail --silent --show-error --location --proto-redir =https --retry 2 --output "$2" "$1" || die "cannot download $1"
}

sum_of() { # FILE
  local line
  if command -v sha256sum >/dev/null; then line=$(sha256sum <"$1"); else line=$(shasum -a 256 <"$1"); fi
  printf '%s\n' "${line%% *}"
}

listed_sum() { # SHA256SUMS NAME; empty when it is not listed
  awk -v name="$2" '{ sub(/\r$/, ""); file = $2; sub(/^\*/, "", file) } file == name { print $1; exit }' "$1"
}

# The version that a list of sums belongs to; empty when it does not say.
listed_version() { # SHA256SUMS
  sed -n 's/^.* [*]\{0,1\}s3-cloudfront-bridge-\(.*\)\.tar\.gz.\{0,1\}$/\1/p' "$1" | head -n 1
}

check_sum() { # FILE NAME EXPECTED
  local sum expected
  sum=$(sum_of "$1")
  expected=$(printf %s "$3" | tr 'A-F' 'a-f')
  [ "$sum" = "$expected" ] || die "$2 has the SHA-256 sum $sum instead of $expected: download it again, and use nothing else"
}
