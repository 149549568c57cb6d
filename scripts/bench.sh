#!/usr/bin/env bash
# Measures the packaged function beside minimal programs, and its single parts: the tables of
# docs/performance.md and docs/planning.md.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
WORK="$ROOT/.build/bench"
ZIP="$ROOT/.build/lambda/bootstrap.zip"

usage() {
  cat <<END
Usage: scripts/$PROGRAM [--document] [--quick] [--only SECTION,…] [--bootstrap FILE] [--bundle]

Prints Markdown tables and writes all figures to .build/bench/results.json.

  --document        also put the tables in place of those of docs/performance.md, and three figures
                    into README.md
  --quick           fewer rounds: under two minutes once everything is built (.build/bench/quick.json);
                    the full run takes less than a quarter of an hour
  --only SECTION,…  process     starts, first and warm invocations, memory
                    share       first invocations with the CPU share of 128 and 512 MB
                    batch       a full SQS batch through the whole program, and what is resident
                    parts       decoding, planning, parsing and signing on their own
                    plan        how planning grows
                    coalescing  what coalescing saves in some scenarios
  --bootstrap FILE  the executable to measure (default: that of .build/lambda/bootstrap.zip, which
                    scripts/build.sh makes anew)
  --bundle          also measure the package of scripts/build.sh --with bundle, and the same
                    executable over this system's shared libraries

The programs beside it are built here: C over libcurl (cc, libcurl), Rust (rustc), and a Python
function on AWS's runtime client (installed from PyPI). One that can't be built is left out and said.
END
}

arguments=() bootstrap='' only='' bundle=no
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --quick | --document) arguments+=("$1") ;;
  --bundle) bundle=yes ;;
  --only | --bootstrap)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --only) only=$2 ;;
    --bootstrap) bootstrap=$2 ;;
    esac
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
programs=no parts=no
[ -n "$only" ] || programs=yes parts=yes
for section in ${only//,/ }; do
  case $section in
  process | share | batch) programs=yes ;;
  parts | plan | coalescing) parts=yes ;;
  *) die "there is no section $section" 2 ;;
  esac
done
[ -r /proc/self/status ] || die 'the measuring needs Linux'
for command in python3 openssl unzip; do
  command -v "$command" >/dev/null || die "$command is not installed: run scripts/setup.sh --tests"
done

mkdir -p "$WORK"
if [ -n "$bootstrap" ]; then
  [ -x "$bootstrap" ] || die "$bootstrap is no executable"
elif [ "$programs" = yes ]; then
  "$ROOT/scripts/build.sh" >&2
  rm -rf "$WORK/package"
  unzip -q "$ZIP" -d "$WORK/package"
  bootstrap="$WORK/package/bootstrap"
  # Over TLS, a root of the benchmark's own must be among those that are trusted first.
  "$ROOT/scripts/build.sh" --product rooted --output "$WORK/rooted" >&2
  arguments+=(--zip "$ZIP" --rooted "$WORK/rooted/rooted")
fi
if [ "$bundle" = yes ] && [ "$programs" = yes ]; then
  "$ROOT/scripts/build.sh" --with bundle --output "$WORK/bundle.package" >&2
  rm -rf "$WORK/bundle"
  unzip -q "$WORK/bundle.package/bootstrap.zip" -d "$WORK/bundle"
  arguments+=(--also "dynamic=$WORK/bundle/bin/bootstrap" --also "bundle=$WORK/bundle/bootstrap")
fi
if [ "$parts" = yes ]; then
  swift build --package-path "$ROOT" -c release --product planbench >&2
  folder=$(swift build --package-path "$ROOT" -c release --show-bin-path)
  arguments+=(--planbench "$folder/planbench")
fi
[ -z "$bootstrap" ] || arguments+=(--bootstrap "$bootstrap")
[ -z "$only" ] || arguments+=(--only "$only")
exec python3 "$ROOT/Benchmarks/driver/bench.py" "${arguments[@]}"
