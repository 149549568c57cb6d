#!/usr/bin/env bats
# scripts/install.sh with stand-ins for curl, uname and cfbridge, and the action that uses it.
# shellcheck disable=SC2016,SC2030,SC2031  # dollars of the stand-ins; variables that each test exports for itself

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  SOURCE="$BATS_TEST_DIRNAME/../.."
  export FAKE=$BATS_TEST_TMPDIR WEB="$BATS_TEST_TMPDIR/web" HOME="$BATS_TEST_TMPDIR/my home"
  export RELEASES_URL=https://releases.example/download
  REPO="$FAKE/a release" DOWNLOAD="$WEB/download/v1.2.3"
  mkdir -p "$FAKE/bin" "$REPO" "$DOWNLOAD" "$HOME"
  cp -R "$SOURCE/scripts" "$SOURCE/.github" "$REPO/"
  PATH="$FAKE/bin:/usr/bin:/bin"
  unset PREFIX
  cat >"$FAKE/bin/curl" <<'SH'
#!/bin/bash
echo "$*" >>"$FAKE/calls"
while [ $# -gt 1 ]; do [ "$1" != --output ] || output=$2; shift; done
[ -f "$WEB/${1#https://releases.example/}" ] || { echo 'curl: (22) 404' >&2; exit 22; }
cp "$WEB/${1#https://releases.example/}" "$output"
SH
  printf '#!/bin/bash\ncase $1 in -s) echo "${SYSTEM:-Linux}" ;; -m) echo "${MACHINE:-x86_64}" ;; esac\n' >"$FAKE/bin/uname"
  chmod +x "$FAKE/bin/curl" "$FAKE/bin/uname"
  for machine in x86_64 arm64; do make_archive "$DOWNLOAD/cfbridge-linux-$machine.tar.gz" "$machine"; done
  (cd "$DOWNLOAD" && sha256sum -- *.gz >SHA256SUMS)
}

make_archive() { # FILE NAME: with a cfbridge that says its name
  mkdir -p "$FAKE/pack/cfbridge-1.2.3-linux-$2"
  cat >"$FAKE/pack/cfbridge-1.2.3-linux-$2/cfbridge" <<SH
#!/bin/bash
case \$1 in
--version) echo '1.2.3 $2' ;;
--generate-completion-script) echo "completion for \$2" ;;
*) printf '<%s>' "\$@" ;;
esac
SH
  chmod +x "$FAKE/pack/cfbridge-1.2.3-linux-$2/cfbridge"
  tar -czf "$1" -C "$FAKE/pack" "cfbridge-1.2.3-linux-$2"
}

install_it() { run "$REPO/scripts/install.sh" "$@"; }

@test "a release is downloaded, compared and installed with its completions" {
  install_it --from v1.2.3
  assert_success
  assert_line "cfbridge 1.2.3 x86_64 is at $HOME/.local/bin/cfbridge"
  assert_line --partial 'is not in your PATH'
  assert_equal "$("$HOME/.local/bin/cfbridge" --version)" '1.2.3 x86_64'
  assert_equal "$(cat "$HOME/.local/share/bash-completion/completions/cfbridge")" 'completion for bash'
  assert_equal "$(cat "$HOME/.local/share/zsh/site-functions/_cfbridge")" 'completion for zsh'
  assert_equal "$(cat "$HOME/.local/share/fish/vendor_completions.d/cfbridge.fish")" 'completion for fish'
}

@test "the archive of this machine's architecture is taken, and none for another system" {
  MACHINE=aarch64 install_it --from v1.2.3 --prefix "$FAKE/prefix"
  assert_success
  assert_equal "$("$FAKE/prefix/bin/cfbridge" --version)" '1.2.3 arm64'
  SYSTEM=Darwin install_it --from v1.2.3
  assert_failure 1
  assert_output --partial 'releases have no cfbridge for Darwin on x86_64'
  MACHINE=riscv64 install_it --from v1.2.3
  assert_failure 1
}

@test "an unpacked release installs itself, into PREFIX" {
  echo 1.2.3 >"$REPO/VERSION"
  PREFIX="$FAKE/other" install_it
  assert_success
  assert_equal "$("$FAKE/other/bin/cfbridge" --version)" '1.2.3 x86_64'
}

@test "a download with another sum is not installed" {
  make_archive "$DOWNLOAD/cfbridge-linux-x86_64.tar.gz" other
  install_it --from v1.2.3
  assert_failure 1
  assert_output --partial 'instead of'
  [ ! -e "$HOME/.local/bin" ]
}

@test "a file is compared with the SHA256SUMS beside it, and wants one" {
  install_it --from "$DOWNLOAD/cfbridge-linux-arm64.tar.gz"
  assert_success
  assert_output --partial '1.2.3 arm64'
  rm "$DOWNLOAD/SHA256SUMS"
  install_it --from "$DOWNLOAD/cfbridge-linux-arm64.tar.gz"
  assert_failure 2
  assert_output --partial 'there is no SHA256SUMS beside'
}

@test "only HTTPS is downloaded, and nothing else is taken for a release" {
  for from in http://releases.example/cfbridge-linux-x86_64.tar.gz latest v1 https://releases.example/x.zip; do
    install_it --from "$from"
    assert_failure 2
  done
  [ ! -e "$FAKE/calls" ]
}

@test "without a release what was built here is installed" {
  mkdir -p "$REPO/.build/cfbridge"
  printf '#!/bin/bash\n[ "$*" = "--product cfbridge" ] || exit 9\n' >"$REPO/scripts/build.sh"
  cp "$FAKE/pack/cfbridge-1.2.3-linux-x86_64/cfbridge" "$REPO/.build/cfbridge/"
  install_it
  assert_failure 2
  assert_output --partial 'here is nothing to build'
  touch "$REPO/Package.swift"
  install_it
  assert_success
  [ -x "$HOME/.local/bin/cfbridge" ]
  printf '#!/bin/bash\nexit 1\n' >"$REPO/scripts/build.sh"
  install_it --prefix "$FAKE/none"
  assert_failure
  [ ! -e "$FAKE/none" ]
}

@test "the action waits for what its inputs name, each as it is" {
  export GITHUB_ACTION_PATH="$REPO/.github/actions/wait-for-invalidation" RUNNER_TEMP="$FAKE/runner"
  export TARGET='www.example.com' SINCE=10m TIMEOUT=5m COMPLETED=true VERSION=v1.2.3 FUNCTION='' QUEUES=''
  export PATHS=$'/a b.html\r\n\n/$(touch x)/*' KEYS='docs/"q".html'
  run "$GITHUB_ACTION_PATH/wait.sh"
  assert_success
  assert_line --partial '<wait><www.example.com><--since><10m><--timeout><5m><--path></a b.html><--path></$(touch x)/*><--key><docs/"q".html><--completed>'
  # Where cfbridge is there already, nothing is downloaded.
  ln -s "$FAKE/runner/cfbridge/bin/cfbridge" "$FAKE/bin/cfbridge"
  rm "$FAKE/calls"
  VERSION='' COMPLETED=false FUNCTION=f QUEUES=https://q run "$GITHUB_ACTION_PATH/wait.sh"
  assert_success
  assert_output --partial '<--queue><https://q><--function><f>'
  refute_output --partial completed
  [ ! -e "$FAKE/calls" ]
}

@test "the action waits for every key that the AWS CLI said it changed" {
  export GITHUB_ACTION_PATH="$REPO/.github/actions/wait-for-invalidation"
  export TARGET=site SINCE=10m
  ln -s "$FAKE/pack/cfbridge-1.2.3-linux-x86_64/cfbridge" "$FAKE/bin/cfbridge"
  printf '%s\n' 'Completed 1 KiB/2 KiB (1 MiB/s) with 1 file(s) remaining'$'\r''upload: public/a b.html to s3://bucket/a b.html      ' \
    'delete: s3://bucket/old to s3.html' 'copy: s3://other/x to s3://bucket/dir/x' 'warning: Skipping file' >"$FAKE/upload.log"
  UPLOAD_LOG="$FAKE/upload.log" run "$GITHUB_ACTION_PATH/wait.sh"
  assert_success
  assert_output '<wait><site><--since><10m><--timeout><15m><--key=a b.html><--key=old to s3.html><--key=dir/x>'
  : >"$FAKE/upload.log"
  UPLOAD_LOG="$FAKE/upload.log" run "$GITHUB_ACTION_PATH/wait.sh"
  assert_success
  assert_output --partial 'nothing to wait for'
}
