#!/usr/bin/env bats
# Every script answers --help, and does nothing else: in a copy of the tree, with a PATH on which
# whatever a script could start is seen and fails.

setup() {
  load /usr/lib/bats/bats-support/load.bash
  load /usr/lib/bats/bats-assert/load.bash
  cd "$BATS_TEST_DIRNAME/../.." || return
  TREE="$BATS_TEST_TMPDIR/a checkout" STARTED="$BATS_TEST_TMPDIR/started" BIN="$BATS_TEST_TMPDIR/bin"
  mkdir -p "$TREE/Tests" "$BIN"
  cp -R .ci scripts Benchmarks "$TREE/"
  cp -R Tests/scripts Tests/Proof "$TREE/Tests/"
  for tool in env bash dirname sed cat; do ln -s "$(command -v "$tool")" "$BIN/$tool"; done
  ln -s "$(python3 -c 'import sys; print(sys.executable)')" "$BIN/python3"
  for tool in swift git apt-get apt-cache dnf sudo docker aws sam jq terraform bats shellcheck shfmt cfn-lint curl \
    pip make gcc dpkg-query dpkg-architecture debootstrap unshare chroot mktemp mkdir rm cp tar tee touch; do
    printf '#!%s\necho "%s $*" >>"%s"\nexit 1\n' "$(command -v bash)" "$tool" "$STARTED" >"$BIN/$tool"
    chmod +x "$BIN/$tool"
  done
}

scripts() {
  (cd "$TREE" && printf '%s\n' .ci/run scripts/*.sh scripts/*.py Tests/scripts/*.py Tests/Proof/*.sh)
}

listing() { (cd "$TREE" && find . -type f | LC_ALL=C sort); }

start() { # SCRIPT ARGUMENT...; from another folder
  local script=$1
  shift
  cd "$BATS_TEST_TMPDIR" || return
  run env -i PATH="$BIN" HOME="$BATS_TEST_TMPDIR" "$TREE/$script" "$@" </dev/null
}

@test "what a script starts is seen" {
  printf '#!/usr/bin/env bash\nswift build\n' >"$TREE/scripts/demo.sh"
  start scripts/demo.sh --help
  assert_failure
  assert_equal "$(cat "$STARTED")" 'swift build'
}

@test "--help and -h of every script print what it is for, and start nothing" {
  before=$(listing)
  [ "$(scripts | wc -l)" -ge 30 ]
  for script in $(scripts); do
    for option in --help -h; do
      start "$script" "$option"
      [ "$status" -eq 0 ] && [ ${#output} -gt 60 ] || fail "$script $option: exit status $status: $output"
      [ ! -e "$STARTED" ] || fail "$script $option started: $(cat "$STARTED")"
    done
  done
  assert_equal "$(listing)" "$before"
}

@test "an argument that a script does not know ends it with 2, and starts nothing" {
  for script in $(scripts); do
    case $script in
    scripts/test.sh) continue ;;                   # arguments go to swift build
    scripts/check-package-old-libc.sh) continue ;; # and there to check-package.sh
    esac
    start "$script" --nonsense
    [ "$status" -eq 2 ] || fail "$script --nonsense: exit status $status: $output"
    [ ! -e "$STARTED" ] || fail "$script --nonsense started: $(cat "$STARTED")"
  done
}
