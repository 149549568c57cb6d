#!/usr/bin/env bats
# Which package is deployed: --package, --sha256, --architecture, and what scripts/build.sh made.

setup() {
  load deploy-setup
  setup_deploy
  WEB="$FAKE/web" FILES="$FAKE/my downloads"
  mkdir -p "$WEB/download/v1.2.3" "$FILES"
  export WEB RELEASES_URL=https://releases.example/download
  # A curl that has what is in WEB under https://releases.example/.
  cat >"$FAKE/bin/curl" <<'SH'
#!/bin/bash
echo "curl $*" >>"$FAKE/calls"
while [ $# -gt 1 ]; do [ "$1" != --output ] || output=$2; shift; done
file="$WEB/${1#https://releases.example/}"
[ -f "$file" ] || { echo 'curl: (22) The requested URL returned error: 404' >&2; exit 22; }
cp "$file" "$output"
SH
  chmod +x "$FAKE/bin/curl"
}

elf() { # ZIP MACHINE [NAME]: a zip with the beginning of an executable for that machine
  python3 - "$@" <<'PY'
import sys, zipfile
machine = {"x86_64": 0x3E, "arm64": 0xB7}[sys.argv[2]]
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr((sys.argv[3:] or ["bootstrap"])[0], b"\x7fELF\2\1\1" + bytes(9) + bytes([3, 0, machine, 0]) + bytes(500_000))
PY
}

release() { # FOLDER: what a release has
  elf "$1/bootstrap-x86_64.zip" x86_64
  elf "$1/bootstrap-arm64.zip" arm64
  echo archive >"$1/s3-cloudfront-bridge-1.2.3.tar.gz"
  (cd "$1" && sha256sum -- *.zip *.tar.gz >SHA256SUMS)
}

sum() { sha256sum "$1" | cut -d' ' -f1; }
uploaded() { state .packageSum | tr -d '"'; }

@test "a file is deployed with its architecture, and its version is an output of the stack" {
  release "$FILES"
  deploy --package "$FILES/bootstrap-arm64.zip"
  assert_success
  assert_output --partial 'its sum is the one in SHA256SUMS'
  assert_equal "$(parameter Architecture) $(parameter PackageVersion)" 'arm64 1.2.3'
  assert_equal "$(uploaded)" "$(sum "$FILES/bootstrap-arm64.zip")"
  with_sam
  deploy --package "$FILES/bootstrap-x86_64.zip"
  assert_success
  assert_equal "$(parameter Architecture)" x86_64
  assert_equal "$(uploaded)" "$(sum "$FILES/bootstrap-x86_64.zip")"
}

@test "a package with another sum than it should have is not deployed" {
  release "$FILES"
  sums=$(sum "$FILES/bootstrap-arm64.zip")
  elf "$FILES/bootstrap-arm64.zip" x86_64
  deploy --package "$FILES/bootstrap-arm64.zip"
  assert_failure 1
  assert_output --regexp "bootstrap-arm64.zip has the SHA-256 sum [0-9a-f]{64} instead of $sums"
  deploy --package "$FILES/bootstrap-x86_64.zip" --sha256 "$sums"
  assert_failure 1
  cp "$FILES/bootstrap-x86_64.zip" "$WEB/download/v1.2.3/bootstrap-arm64.zip"
  cp "$FILES/SHA256SUMS" "$WEB/download/v1.2.3/"
  deploy --package v1.2.3 --architecture arm64
  assert_failure 1
  assert_output --partial "instead of $sums"
  assert_equal "$(changes)" 0
}

@test "a sum may be named in either case, and takes the place of SHA256SUMS" {
  release "$FILES"
  echo nonsense >"$FILES/SHA256SUMS"
  sums=$(sum "$FILES/bootstrap-x86_64.zip" | tr a-f A-F)
  deploy --package "$FILES/bootstrap-x86_64.zip" --sha256 "$sums"
  assert_success
  assert_equal "$(parameter PackageVersion)" unknown
}

@test "a package that SHA256SUMS does not list is not deployed; without such a list its sum is shown" {
  release "$FILES"
  elf "$FILES/other.zip" x86_64
  deploy --package "$FILES/other.zip"
  assert_failure 1
  assert_output --partial 'does not list other.zip'
  assert_equal "$(changes)" 0
  rm "$FILES/SHA256SUMS"
  deploy --package "$FILES/other.zip"
  assert_success
  assert_line "$(sum "$FILES/other.zip")"
}

@test "a release is downloaded, for the stack's architecture on a later run" {
  release "$WEB/download/v1.2.3"
  deploy --package v1.2.3
  assert_success
  assert_equal "$(parameter Architecture) $(parameter PackageVersion)" 'x86_64 1.2.3'
  assert_equal "$(calls 'https://releases.example/download/v1.2.3/bootstrap-x86_64.zip$')" 1
  deploy --package v1.2.3 --architecture arm64
  assert_equal "$(parameter Architecture)" arm64
  deploy --package v1.2.3
  assert_success
  assert_equal "$(parameter Architecture)" arm64
  assert_output --partial 'done: nothing had to change'
  deploy --package v9.9.9
  assert_failure 1
  assert_output --partial 'cannot download https://releases.example/download/v9.9.9/SHA256SUMS'
}

@test "an address is downloaded with the SHA256SUMS beside it" {
  release "$WEB/download/v1.2.3"
  deploy --package 'https://releases.example/download/v1.2.3/bootstrap-arm64.zip'
  assert_success
  assert_equal "$(parameter Architecture) $(parameter PackageVersion)" 'arm64 1.2.3'
  rm "$WEB/download/v1.2.3/SHA256SUMS"
  forget_calls
  deploy --package 'https://releases.example/download/v1.2.3/bootstrap-arm64.zip'
  assert_failure 1
  deploy --package 'https://releases.example/download/v1.2.3/bootstrap-arm64.zip' \
    --sha256 "$(sum "$WEB/download/v1.2.3/bootstrap-arm64.zip")"
  assert_success
}

@test "only HTTPS is downloaded" {
  for address in http://releases.example/bootstrap-arm64.zip http://127.0.0.1.example/bootstrap-arm64.zip; do
    deploy --package "$address"
    assert_failure 2
    assert_output --partial 'is not an address that starts with https://'
  done
  deploy --package https://releases.example/page
  assert_failure 2
  assert_equal "$(calls '^curl')" 0
  assert_equal "$(changes)" 0
}

@test "where the releases are is read from the release, then from the checkout's origin" {
  unset RELEASES_URL
  release "$WEB/download/v1.2.3"
  deploy --package v1.2.3
  assert_failure 2
  assert_output --partial 'where are the releases? Set RELEASES_URL'
  git -C "$REPO" init -q
  for origin in https://releases.example/o/r.git https://releases.example/o/r git@releases.example:o/r.git \
    ssh://git@releases.example/o/r.git; do
    git -C "$REPO" remote add origin "$origin"
    deploy --package v1.2.3
    assert_output --partial 'cannot download https://releases.example/o/r/releases/download/v1.2.3/SHA256SUMS'
    git -C "$REPO" remote remove origin
  done
  echo https://releases.example/download/ >"$REPO/RELEASES"
  deploy --package v1.2.3
  assert_success
}

@test "a package of the other architecture is refused before anything is deployed" {
  release "$FILES"
  deploy --package "$FILES/bootstrap-arm64.zip" --architecture x86_64
  assert_failure 2
  assert_output --partial 'bootstrap-arm64.zip is for arm64, not for x86_64'
  rm "$FILES/SHA256SUMS"
  # Its executable decides, not its name or the file beside it.
  elf "$FILES/bootstrap-x86_64.zip" arm64
  deploy --package "$FILES/bootstrap-x86_64.zip"
  assert_failure 2
  assert_output --partial 'is called one for x86_64, but its bootstrap is for arm64'
  elf "$REPO/.build/lambda/bootstrap.zip" x86_64 bin/bootstrap # a bundle
  deploy
  assert_failure 2
  assert_output --partial 'is called one for arm64, but its bootstrap is for x86_64'
  for dry in '' --dry-run; do
    # shellcheck disable=SC2086
    deploy --architecture x86_64 $dry
    assert_failure 2
    assert_output --partial 'no package for x86_64 yet: run scripts/build.sh --architecture x86_64'
  done
  assert_equal "$(changes)" 0
}

@test "a package of unknown architecture wants it named" {
  echo zip >"$FILES/mine.zip"
  deploy --package "$FILES/mine.zip"
  assert_failure 2
  assert_output --partial 'nothing says which architecture'
  deploy --package "$FILES/mine.zip" --architecture arm64
  assert_success
  assert_equal "$(parameter Architecture)" arm64
}

@test "of two packages that were built, the named one is deployed, then the stack's" {
  elf "$REPO/.build/lambda/bootstrap.zip" x86_64
  echo x86_64 >"$REPO/.build/lambda/architecture"
  echo 0.9.0 >"$REPO/.build/lambda/version"
  mkdir "$REPO/.build/lambda-arm64"
  elf "$REPO/.build/lambda-arm64/bootstrap.zip" arm64
  echo arm64 >"$REPO/.build/lambda-arm64/architecture"
  deploy
  assert_equal "$(parameter Architecture) $(parameter PackageVersion)" 'x86_64 0.9.0'
  deploy --architecture arm64
  assert_success
  assert_equal "$(parameter Architecture)" arm64
  assert_equal "$(uploaded)" "$(sum "$REPO/.build/lambda-arm64/bootstrap.zip")"
  deploy
  assert_success
  assert_equal "$(parameter Architecture)" arm64
  assert_output --partial 'done: nothing had to change'
}

@test "options that contradict each other are wrong usage" {
  for options in '--architecture sparc' '--sha256 abc' '--package x.zip' '--package x.zip --skip-deploy' '--architecture arm64 --remove'; do
    # shellcheck disable=SC2086
    deploy $options
    assert_failure 2
  done
  deploy --parameter PackageVersion=1
  assert_failure 2
  assert_equal "$(changes)" 0
}
