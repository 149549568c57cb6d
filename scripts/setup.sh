#!/usr/bin/env bash
# Installs what building and running need, and with --tests what the tests need.
# Installs only what is missing: a second run changes nothing.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
cd "$ROOT"

readonly SWIFT_MINIMUM=6.2
readonly PYTHON_MINIMUM=3.10
readonly VENV=.build/venv
readonly REQUIREMENTS=scripts/requirements-test.txt
readonly MINISTACK=.build/ministack
readonly MINISTACK_REQUIREMENTS=scripts/requirements-ministack.txt
readonly SWIFT_ADVICE='How to install it, and what it needs: https://www.swift.org/install/linux/'

usage() {
  cat <<EOF
Usage: scripts/setup.sh [--tests]

Installs the C libraries that the build needs, with apt-get or dnf.
  --tests   also the linters, and the Python packages of $REQUIREMENTS in $VENV
            and of $MINISTACK_REQUIREMENTS in $MINISTACK
EOF
}

# version_at_least 6.3.1 6.2
version_at_least() {
  local IFS=. have want index
  read -r -a have <<<"$1"
  read -r -a want <<<"$2"
  for index in 0 1 2; do
    ((${have[index]:-0} == ${want[index]:-0})) || break
    ((index < 2)) || return 0
  done
  ((${have[index]:-0} > ${want[index]:-0}))
}

check_swift() {
  local text version=''
  if ! command -v swift >/dev/null; then
    die "Swift $SWIFT_MINIMUM or later is needed and is not in PATH. $SWIFT_ADVICE"
  fi
  text=$(swift --version 2>&1) || die "swift does not run here: $text
$SWIFT_ADVICE"
  if [[ $text =~ Swift\ version\ ([0-9]+(\.[0-9]+)*) ]]; then version=${BASH_REMATCH[1]}; fi
  # shellcheck disable=SC2310 # its status is its answer
  version_at_least "${version:-0}" "$SWIFT_MINIMUM" ||
    die "Swift $SWIFT_MINIMUM or later is needed, this is ${version:-an unknown one}. $SWIFT_ADVICE"
  say "Swift $version is there"
}

have_module() { pkg-config --exists "$1" 2>/dev/null; }
have_command() { command -v "$1" >/dev/null; }

# Prints the packages that are missing, one a line. Each is asked for by what it provides, not by
# its name: a library that came another way is not installed twice.
# shellcheck disable=SC2310 # have_module and have_command answer with their status
missing_packages() {
  local manager=$1 tests=$2 kind probe apt dnf
  while read -r kind probe apt dnf; do
    case $kind in
    module) ! have_module "$probe" || continue ;;
    command) ! have_command "$probe" || continue ;;
    test)
      [[ $tests == yes ]] || continue
      ! have_command "$probe" || continue
      ;;
    testfile)
      [[ $tests == yes ]] || continue
      [[ ! -e $probe ]] || continue
      ;;
    esac
    if [[ $manager == apt ]]; then printf '%s\n' "$apt"; else printf '%s\n' "$dnf"; fi
  done <<'EOF' | grep -vx -- - || true
command pkg-config pkg-config pkgconf-pkg-config
module libcurl libcurl4-openssl-dev libcurl-devel
module libcrypto libssl-dev openssl-devel
module expat libexpat1-dev expat-devel
module yajl libyajl-dev yajl-devel
command git git git
test python3 python3 python3
test zip zip zip
test unzip unzip unzip
test openssl openssl openssl
test unshare util-linux util-linux
test ip iproute2 iproute
test shellcheck shellcheck -
test shfmt shfmt -
test jq jq jq
test valgrind valgrind valgrind
test rclone rclone rclone
test bats bats -
test parallel parallel parallel
testfile /usr/lib/bats/bats-assert/load.bash bats-assert -
testfile /usr/lib/bats/bats-support/load.bash bats-support -
EOF
}

as_root() {
  local user
  user=$(id -u)
  if [[ $user == 0 ]]; then
    "$@"
    return
  fi
  # shellcheck disable=SC2310 # its status is its answer
  have_command sudo || die "this needs root, and sudo is not there; as root run: $*"
  sudo "$@"
}

apt_is_updated=no
install_packages() {
  local manager=$1
  shift
  say "installing $*"
  if [[ $manager == dnf ]]; then
    as_root dnf install -y -q "$@"
    return
  fi
  if [[ $apt_is_updated == no ]]; then
    as_root apt-get update -qq
    apt_is_updated=yes
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"
}

# shellcheck disable=SC2310 # have_command answers with its status
check_packages() {
  local tests=$1 manager missing packages=()
  if have_command apt-get; then
    manager=apt
  elif have_command dnf; then
    manager=dnf
  else
    missing=$(missing_packages apt "$tests")
    [[ -z $missing ]] ||
      die "neither apt-get nor dnf is there; install what Debian calls: ${missing//$'\n'/ }"
  fi
  if [[ -n ${manager:-} ]]; then
    missing=$(missing_packages "$manager" "$tests")
    [[ -z $missing ]] || mapfile -t packages <<<"$missing"
    [[ -z $missing ]] || install_packages "$manager" "${packages[@]}"
  fi
  say "system packages are there"
  local tool
  for tool in shellcheck shfmt; do
    [[ $tests == no ]] || have_command "$tool" || say "$tool is not to be had here: no shell lint"
  done
}

# Prints a Python that is new enough for the test tools.
# shellcheck disable=SC2310 # have_command and version_at_least answer with their status
find_python() {
  local candidate version
  for candidate in python3 python3.14 python3.13 python3.12 python3.11 python3.10 \
    /usr/bin/python3; do
    have_command "$candidate" || continue
    version=$("$candidate" -c 'import platform; print(platform.python_version())') || continue
    [[ $version =~ ^[0-9]+(\.[0-9]+)* ]] || continue
    if version_at_least "${BASH_REMATCH[0]}" "$PYTHON_MINIMUM"; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  die "Python $PYTHON_MINIMUM or later is needed for the tests (on Amazon Linux 2023: dnf install python3.12)."
}

# Debian's Python can't make an environment before python3-venv is there; others can.
make_venv() { # PYTHON VENV
  local python=$1 venv=$2
  rm -rf "$venv"
  mkdir -p "${venv%/*}"
  "$python" -m venv "$venv" >/dev/null 2>&1 && return
  rm -rf "$venv"
  # shellcheck disable=SC2310 # its status is its answer
  have_command apt-get || die "$python -m venv fails; install Python's venv and pip"
  install_packages apt python3-venv
  "$python" -m venv "$venv" 2>/dev/null || /usr/bin/python3 -m venv --clear "$venv"
}

check_python_packages() { # VENV REQUIREMENTS
  local venv=$1 requirements=$2 python
  local stamp=$venv/requirements.stamp
  if "$venv/bin/python" -c '' 2>/dev/null && cmp -s "$requirements" "$stamp"; then
    say "test tools are in $venv"
    return
  fi
  python=$(find_python)
  say "installing the packages of $requirements in $venv (about a minute)"
  make_venv "$python" "$venv"
  # An older pip, as Debian's, searches for minutes for versions that go together.
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --upgrade pip
  "$venv/bin/python" -m pip install -q --disable-pip-version-check -r "$requirements"
  cp "$requirements" "$stamp"
}

main() {
  local tests=no
  while [[ $# -gt 0 ]]; do
    case $1 in
    --tests) tests=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) misuse "unknown argument: $1" ;;
    esac
    shift
  done
  check_swift
  check_packages "$tests"
  if [[ $tests == yes ]]; then
    check_python_packages "$VENV" "$REQUIREMENTS"
    check_python_packages "$MINISTACK" "$MINISTACK_REQUIREMENTS"
  fi
}

main "$@"
