#!/usr/bin/env bash
# Checks GitHub's workflows and actions, which nobody can run here: their schema, their security, and
# that each script they call exists and takes its options. With --self-test, seeds faults in a copy
# and requires that each is found.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
case ${1-} in
'' | --self-test) ;;
*) misuse "unknown argument: $1" ;;
esac
cd "$ROOT"

find_tool() { # NAME
  if [ -x ".build/venv/bin/$1" ]; then
    printf '%s\n' "$ROOT/.build/venv/bin/$1"
  else
    command -v "$1" || die "$1 is not installed: run scripts/setup.sh --tests"
  fi
}
ZIZMOR=$(find_tool zizmor)
SCHEMA=$(find_tool check-jsonschema)

# Lines that run a script, without quotes: SCRIPT OPTION...
called_scripts() { # FOLDER
  sed -n -E 's/^ *-? *run: *//p' "$1"/workflows/*.yml | grep -oE '^(scripts/[a-z-]+\.sh|\.ci/run)( .*)?$' || true
}

check_scripts() { # FOLDER
  local line script word help status=0
  called_scripts "$1" >"$calls"
  while read -r line; do
    script=${line%% *}
    [ -x "$script" ] || {
      log "$1: $script is not there, or not executable"
      status=1
      continue
    }
    help=$("$script" --help)
    for word in $line; do
      case $word in
      --*) [[ $help == *"$word"* ]] || {
        log "$1: $script has no $word"
        status=1
      } ;;
      *) ;;
      esac
    done
  done <"$calls"
  return "$status"
}

calls=$(mktemp)
trap 'rm -f "$calls"' EXIT

# The parts run apart, so that one run names every problem.
# shellcheck disable=SC2310 # their status is their answer
check() { # FOLDER
  local status=0
  "$SCHEMA" --builtin-schema vendor.github-workflows "$1"/workflows/*.yml || status=1
  "$SCHEMA" --builtin-schema vendor.github-actions "$1"/actions/*/action.yml || status=1
  "$ZIZMOR" --offline --no-progress --quiet "$1" || status=1
  check_scripts "$1" || status=1
  return "$status"
}

seed() { # WHAT FILE SED
  rm -rf "$work/.github"
  cp -R .github "$work/"
  sed -i.before -E "$3" "$work/.github/$2"
  rm "$work/.github/$2.before"
  ! cmp -s ".github/$2" "$work/.github/$2" || die "the fault does not apply: $1"
  # shellcheck disable=SC2310 # its status is its answer
  if check "$work/.github" >"$work/output" 2>&1; then die "not noticed: $1"; fi
  printf 'noticed: %s\n' "$1"
}

if [ "${1-}" = --self-test ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work" "$calls"' EXIT
  seed 'a key that is misspelt' workflows/ci.yml 's/timeout-minutes: 90/timeout-minuets: 90/'
  seed 'an input without a description' actions/wait-for-invalidation/action.yml '/description: How long to wait/d'
  seed 'an action by its tag' workflows/release.yml 's/(actions\/checkout)@[0-9a-f]+ #/\1@v4 #/'
  seed 'credentials that stay' workflows/ci.yml '/persist-credentials/d'
  # shellcheck disable=SC2016 # the dollar is the workflow's
  seed 'an input read as shell' actions/wait-for-invalidation/action.yml \
    's|^      run: .*|      run: cfbridge wait ${{ inputs.target }}|'
  seed 'a script that is not there' workflows/release.yml 's/scripts\/setup\.sh/scripts\/set-up.sh/'
  seed 'an option that is not there' workflows/release.yml 's/release\.sh --join/release.sh --merge/'
else
  check .github
  printf 'check-workflows: no problem\n'
fi
