#!/usr/bin/env bash
# Make what a release consists of. docs/packaging.md lists the files; .github/workflows/release.yml
# publishes them. Nothing here publishes anything.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
NAME=s3-cloudfront-bridge

usage() {
  cat <<EOF
Usage: scripts/$PROGRAM --dry-run [--same-as FOLDER] [--output FOLDER]
       scripts/$PROGRAM --tag vX.Y.Z [--output FOLDER]
       scripts/$PROGRAM --join FOLDER FOLDER... --output FOLDER
       scripts/$PROGRAM --notes vX.Y.Z

  --dry-run  makes the files of this machine's architecture twice, from the committed state in
             folders of other names, and fails when one differs
  --same-as  makes them once, and compares the package with the one that scripts/build.sh left in
             that folder
  --tag      makes them once; refuses a tag that is not the version of the sources
  --join     puts the files of several architectures into one folder, with one SHA256SUMS; fails
             when a file that several have differs
  --notes    prints what docs/changelog.md says of that release
  --output   the folder, which must not exist or be empty (default: .build/release-files, which is
             made anew)

RELEASES_URL is the address that has a folder for each release; it goes into the archive, so that
deploy.sh and install.sh find releases by their version. Needs what scripts/build.sh needs.
EOF
}

DRY_RUN='' SAME_AS='' TAG='' JOIN='' NOTES='' OUTPUT='' FOLDERS=()
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --dry-run) DRY_RUN=1 ;;
  --join) JOIN=1 ;;
  --tag | --notes | --output | --same-as)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --same-as) SAME_AS=$2 ;;
    --tag) TAG=$2 ;;
    --notes) NOTES=$2 ;;
    --output) OUTPUT=$2 ;;
    esac
    shift
    ;;
  -*) misuse "unknown argument: $1" ;;
  *)
    [ -n "$JOIN" ] || misuse "unknown argument: $1"
    FOLDERS+=("$1")
    ;;
  esac
  shift
done
ways=${DRY_RUN:+x}${TAG:+x}${JOIN:+x}${NOTES:+x}
[ ${#ways} = 1 ] || misuse 'one of --dry-run, --tag, --join and --notes is needed'
[ -z "$SAME_AS" ] || [ -n "$DRY_RUN" ] || misuse '--same-as needs --dry-run'
[ -z "$JOIN" ] || [ ${#FOLDERS[@]} -gt 0 ] || misuse '--join needs folders'

VERSION=$(sed -n 's/.* version = "\(.*\)"/\1/p' "$ROOT/Sources/Bridge/Version.swift")
[ -n "$VERSION" ] || die 'Sources/Bridge/Version.swift has no version'
if [ -n "$TAG" ]; then
  [ "$TAG" = "v$VERSION" ] || die "the tag is $TAG, and the sources are $VERSION" 2
  grep -qE "^## \[?${VERSION//./\\.}\]? - [0-9]{4}-[0-9]{2}-[0-9]{2}$" "$ROOT/docs/changelog.md" ||
    die "docs/changelog.md has no dated section $VERSION"
fi
if [ -n "$NOTES" ]; then
  section=$(awk -v version="${NOTES#v}" '
    /^## / { inside = $2 == version || $2 == "[" version "]"; next }
    inside' "$ROOT/docs/changelog.md" | sed -e '/./,$!d')
  [ -n "$section" ] || die "docs/changelog.md has no section ${NOTES#v}"
  printf '%s\n' "$section"
  exit 0
fi
if [ -z "$OUTPUT" ]; then
  OUTPUT="$ROOT/.build/release-files"
  rm -rf "$OUTPUT"
elif [ -d "$OUTPUT" ]; then
  others=$(ls -A "$OUTPUT")
  [ -z "$others" ] || die "$OUTPUT is not empty" 2
fi
mkdir -p "$OUTPUT"
OUTPUT=$(cd "$OUTPUT" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The time of the commit, so that two builds give the same bytes.
SECONDS_OF_COMMIT=$(git -C "$ROOT" log -1 --format=%ct)

# What is committed, and the versions of dependencies, which are not: a second copy could get newer
# ones than the first.
copy_sources() { # FOLDER
  mkdir "$1"
  git -C "$ROOT" archive HEAD | tar -x -C "$1"
  [ ! -f "$ROOT/Package.resolved" ] || cp "$ROOT/Package.resolved" "$1"
}

archive() { # FOLDER NAME FILE: the folder's content below NAME/
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SECONDS_OF_COMMIT" --mode=go=rX,u+rw \
    --transform="s|^\.|$2|" -C "$1" -c . | gzip -n -9 >"$3"
}

# What deploying needs of the repository, without sources and tests.
make_archive() { # SOURCES OUTPUT
  local file folder="$work/archive"
  rm -rf "$folder"
  mkdir -p "$folder/scripts" "$folder/.github"
  cp -R "$1/.github/actions" "$folder/.github/"
  for file in README.md LICENSE template.yaml docs terraform events; do cp -R "$1/$file" "$folder/"; done
  for file in deploy.sh smoke.sh install.sh samconfig.toml deploy lib; do cp -R "$1/scripts/$file" "$folder/scripts/"; done
  rm -rf "$folder/terraform/tests"
  echo "$VERSION" >"$folder/VERSION"
  [ -z "${RELEASES_URL-}" ] || echo "$RELEASES_URL" >"$folder/RELEASES"
  archive "$folder" "$NAME-$VERSION" "$2/$NAME-$VERSION.tar.gz"
}

make_cfbridge() { # SOURCES OUTPUT ARCHITECTURE
  local folder="$work/cfbridge" shell
  rm -rf "$folder"
  mkdir -p "$folder/completions"
  cp "$1/.build/cfbridge/cfbridge" "$1/LICENSE" "$1/.build/lambda/third-party-licences.txt" "$folder/"
  for shell in bash zsh fish; do
    "$folder/cfbridge" --generate-completion-script "$shell" >"$folder/completions/cfbridge.$shell"
  done
  archive "$folder" "cfbridge-$VERSION-linux-$3" "$2/cfbridge-linux-$3.tar.gz"
}

sum_up() { # FOLDER
  (cd "$1" && rm -f SHA256SUMS && LC_ALL=C sha256sum -- * >"$work/sums" && mv "$work/sums" SHA256SUMS)
}

make_files() { # SOURCES OUTPUT
  local architecture
  mkdir -p "$2"
  (cd "$1" && scripts/build.sh --with static && scripts/build.sh --product cfbridge && scripts/third-party-notices.sh) >&2
  architecture=$(<"$1/.build/lambda/architecture")
  install -m 644 "$1/.build/lambda/bootstrap.zip" "$2/bootstrap-$architecture.zip"
  install -m 644 "$1/.build/lambda/third-party-licences.txt" "$2/third-party-licences-$architecture.txt"
  make_cfbridge "$1" "$2" "$architecture"
  make_archive "$1" "$2"
  "$1/scripts/release/sbom.py" "$VERSION" "$architecture" "$SECONDS_OF_COMMIT" \
    "$2/bootstrap-$architecture.zip=$1/.build/lambda/inputs.txt" \
    "$2/cfbridge-linux-$architecture.tar.gz=$1/.build/cfbridge/inputs.txt" >"$2/sbom-$architecture.spdx.json"
  sum_up "$2"
}

join() {
  local folder file
  for folder in "${FOLDERS[@]}"; do
    (cd "$folder" && sha256sum --check --quiet SHA256SUMS) || die "$folder is not as it was made"
    for file in "$folder"/*; do
      [ "${file##*/}" != SHA256SUMS ] || continue
      if [ -e "$OUTPUT/${file##*/}" ]; then
        cmp "$file" "$OUTPUT/${file##*/}" || die "${file##*/} differs between the architectures"
      fi
      cp "$file" "$OUTPUT/"
    done
  done
  sum_up "$OUTPUT"
}

if [ -n "$JOIN" ]; then
  join
elif [ -n "$TAG" ]; then
  copy_sources "$work/sources"
  make_files "$work/sources" "$OUTPUT"
else
  copy_sources "$work/first"
  make_files "$work/first" "$OUTPUT"
  if [ -n "$SAME_AS" ]; then
    architecture=$(<"$SAME_AS/architecture")
    cmp "$OUTPUT/bootstrap-$architecture.zip" "$SAME_AS/bootstrap.zip" ||
      die "the package is not the one in $SAME_AS"
    say "made from nothing, with the package of $SAME_AS"
  else
    copy_sources "$work/folder-of-the-second"
    make_files "$work/folder-of-the-second" "$work/again"
    diff -r "$OUTPUT" "$work/again" || die 'two builds of the same sources differ'
    say 'made twice, equal'
  fi
fi
cat "$OUTPUT/SHA256SUMS"
