#!/usr/bin/env bash
# Checks everything that deploys: template, Terraform module, shell scripts and their tests.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
cd "$ROOT"

usage() {
  cat <<EOF
Usage: $PROGRAM [STAGE...]

  shell      shellcheck and shfmt
  template   cfn-lint, and sam validate --lint
  terraform  fmt, validate and test, with a mocked provider
  bats       tests of deploy.sh and smoke.sh against a fake aws
  mutations  seeds faults into deploy.sh; the bats tests must notice each

Without a stage: all but mutations, which take some minutes. (Tests/Conformance, which runs against moto, belongs to
pytest.) A tool that is not installed is said and skipped; with REQUIRE_TOOLS=1 it fails.
TERRAFORM_MIRROR names a filesystem mirror with the provider (default: /opt/tf-plugins, where it is there).
EOF
}

SKIPPED=''
skip() {
  [ -z "${REQUIRE_TOOLS:-}" ] || die "$1"
  SKIPPED="$SKIPPED; $1"
  printf 'skipped: %s\n' "$1"
}

find_tool() { # NAME: prints where it is, or nothing
  local folder
  for folder in .build/venv/bin .build/venv-sam/bin; do
    if [ -x "$folder/$1" ]; then
      printf '%s/%s' "$ROOT/$folder" "$1"
      return 0
    fi
  done
  command -v "$1" || true
}

check_shell() {
  local files=(.ci/run scripts/*.sh scripts/*/*.sh Tests/*/*.sh .github/actions/*/*.sh) tests=(Tests/scripts/*.bash Tests/scripts/*.bats)
  if command -v shellcheck >/dev/null; then
    shellcheck "${files[@]}"
    # A test compares what a command prints with what it writes out, so that a failure shows; a
    # dollar in what it expects is money.
    shellcheck --exclude SC2312,SC2016 "${tests[@]}"
  else
    skip "shellcheck is not installed"
  fi
  files+=("${tests[@]}")
  if command -v shfmt >/dev/null; then shfmt -i 2 -d "${files[@]}"; else skip "shfmt is not installed"; fi
}

check_template() {
  local lint sam
  lint=$(find_tool cfn-lint)
  sam=$(find_tool sam)
  if [ -n "$lint" ]; then "$lint" --include-checks I -- template.yaml; else skip "cfn-lint is not installed"; fi
  if [ -n "$sam" ]; then
    SAM_CLI_TELEMETRY=0 "$sam" validate --lint --region eu-west-1 --template-file "$ROOT/template.yaml"
  else
    skip "SAM CLI is not installed"
  fi
}

# In a copy, so that neither lock file nor provider ends up in the module.
check_terraform() {
  command -v terraform >/dev/null || {
    skip "Terraform is not installed"
    return 0
  }
  local work mirror=${TERRAFORM_MIRROR:-/opt/tf-plugins}
  work=$(mktemp -d)
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$work'" RETURN
  terraform fmt -recursive -check -diff terraform
  mkdir -p "$work/.build/lambda" "$work/.build/lambda-arm64"
  cp -R terraform "$work/"
  mkdir "$work/terraform/release"
  printf 'a stand-in for the package\n' | tee "$work/.build/lambda/bootstrap.zip" "$work/.build/lambda-arm64/bootstrap.zip" \
    "$work/terraform/release/bootstrap-arm64.zip" >"$work/terraform/main.zip"
  echo x86_64 >"$work/.build/lambda/architecture"
  echo arm64 >"$work/.build/lambda-arm64/architecture"
  echo 7.8.9 >"$work/.build/lambda-arm64/version"
  if [ -d "$mirror" ]; then
    printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$mirror" >"$work/terraform.rc"
    export TF_CLI_CONFIG_FILE="$work/terraform.rc"
  fi
  terraform -chdir="$work/terraform" init -backend=false -input=false -no-color >"$work/init" || {
    cat "$work/init"
    return 1
  }
  terraform -chdir="$work/terraform" validate -no-color
  terraform -chdir="$work/terraform" test -no-color
}

check_bats() {
  if command -v bats >/dev/null && [ -e /usr/lib/bats/bats-assert/load.bash ]; then
    local jobs=()
    # GNU parallel is what bats runs its tests beside each other with.
    ! command -v parallel >/dev/null || jobs=(--jobs "$(getconf _NPROCESSORS_ONLN)")
    bats ${jobs[@]+"${jobs[@]}"} Tests/scripts
  else
    skip "bats, bats-assert and bats-support are not installed"
  fi
}

check_mutations() { Tests/scripts/mutate-deploy.py; }

answer_help "$@"
[ $# -gt 0 ] || set -- shell template terraform bats
for stage in "$@"; do
  case $stage in
  shell | template | terraform | bats | mutations) ;;
  *) misuse "unknown stage: $stage" ;;
  esac
done
for stage in "$@"; do
  start=$SECONDS
  printf '== %s\n' "$stage"
  "check_$stage"
  printf '== %s: %s s\n' "$stage" "$((SECONDS - start))"
done
printf 'deployment checks passed%s\n' "$SKIPPED"
