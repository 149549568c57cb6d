#!/usr/bin/env bash
# Usage: check-release.sh [FOLDER]
#
# Tries the files of a release as somebody would who has nothing but a browser's download: with the
# release's own scripts, the AWS CLI and moto in the place of AWS. FOLDER is what scripts/release.sh
# wrote (default: .build/release-files).
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"

answer_help "$@"
case ${1-} in
-*) misuse "unknown argument: $1" ;;
*) ;;
esac
[ $# -le 1 ] || misuse "unknown argument: $2"
FOLDER=${1:-$ROOT/.build/release-files}
[ -r "$FOLDER/SHA256SUMS" ] || die "no release in $FOLDER: run scripts/release.sh --dry-run"
[ -x "$ROOT/.build/venv/bin/python" ] || die 'the test tools are missing: run scripts/setup.sh --tests'
RELEASE_FILES=$(cd "$FOLDER" && pwd)
export RELEASE_FILES
cd "$ROOT"
exec .build/venv/bin/python -m pytest -q -rs -o cache_dir=.build/pytest-cache Tests/Release
