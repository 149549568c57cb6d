# shellcheck shell=bash
# shellcheck disable=SC2034,SC2153  # the variables set here belong to deploy.sh
# The package: built here, a file, an address or a release; its sum and its architecture. Sourced by
# deploy.sh.
set -euo pipefail # as deploy.sh has it; shellcheck reads each file by itself

# The package that template.yaml itself names.
BUILT="$ROOT/.build/lambda/bootstrap.zip"

# Sets PACKAGE and ARCHITECTURE, and VERSION, which stays empty when it is unknown.
choose_package() {
  local name
  ARCHITECTURE='' VERSION=''
  if [ -z "$SOURCE" ]; then
    built_package
  elif [ -e "$SOURCE" ]; then
    file_package
  elif [[ $SOURCE =~ ^v[0-9]+\.[0-9]+\.[0-9]+(-[A-Za-z0-9.-]+)?$ ]]; then
    name=${WANTED_ARCHITECTURE:-$(stack_parameter Architecture)}
    name=bootstrap-${name:-x86_64}.zip
    VERSION=${SOURCE#v}
    SOURCE=$(release_url "$SOURCE")/$name
    downloaded_package
  elif [[ $SOURCE == http*://* ]]; then
    downloaded_package
  else
    die "there is no package $SOURCE: --package takes a file, an address or a release such as v1.2.3" 2
  fi
  find_architecture
}

# The wanted architecture's, or the stack's when that was built too, or the only one.
built_package() {
  local folder wanted=$WANTED_ARCHITECTURE has known
  has=$(stack_parameter Architecture)
  for known in "${wanted:-$has}" ''; do
    for folder in "$ROOT/.build/lambda" "$ROOT/.build/lambda-arm64"; do
      if [ ! -e "$folder/bootstrap.zip" ] || [ ! -e "$folder/architecture" ]; then continue; fi
      [ -z "$known" ] || [ "$(<"$folder/architecture")" = "$known" ] || continue
      PACKAGE="$folder/bootstrap.zip"
      return 0
    done
    [ -z "$wanted" ] || break
  done
  die "no package${wanted:+ for $wanted} yet: run scripts/build.sh${wanted:+ --architecture $wanted} first, \
or name one of a release with --package" 2
}

file_package() {
  local folder name sums expected
  [ -f "$SOURCE" ] || die "$SOURCE is not a file" 2
  folder=$(cd "$(dirname "$SOURCE")" && pwd)
  name=$(basename "$SOURCE")
  PACKAGE="$folder/$name" sums="$folder/SHA256SUMS"
  if [ -n "$WANTED_SUM" ]; then
    check_sum "$PACKAGE" "$name" "$WANTED_SUM"
  elif [ -r "$sums" ]; then
    expected=$(listed_sum "$sums" "$name")
    [ -n "$expected" ] || die "$sums does not list $name"
    check_sum "$PACKAGE" "$name" "$expected"
    VERSION=$(listed_version "$sums")
    log "package $name: its sum is the one in SHA256SUMS"
  else
    log "package $name: not compared with anything, for want of SHA256SUMS beside it or --sha256. Its sum:"
    sum_of "$PACKAGE" >&2
  fi
}

downloaded_package() {
  local name=${SOURCE##*/} expected=$WANTED_SUM
  name=${name%%\?*}
  case $name in *.zip) ;; *) die "$SOURCE is not the address of a .zip" 2 ;; esac
  if [ -z "$expected" ]; then
    download "${SOURCE%/*}/SHA256SUMS" "$WORK/SHA256SUMS"
    expected=$(listed_sum "$WORK/SHA256SUMS" "$name")
    [ -n "$expected" ] || die "${SOURCE%/*}/SHA256SUMS does not list $name"
    [ -n "$VERSION" ] || VERSION=$(listed_version "$WORK/SHA256SUMS")
  fi
  PACKAGE="$WORK/$name"
  log "downloading $SOURCE"
  download "$SOURCE" "$PACKAGE"
  check_sum "$PACKAGE" "$name" "$expected"
  log "package $name: its sum is right"
}

# The machine in an executable's ELF header; empty when it is another kind of file.
elf_architecture() { # a zip, NAME in it
  local header
  # unzip is stopped early, and fails where there is no such file.
  header=$( (unzip -p "$1" "$2" 2>/dev/null || true) | head -c 20 | od -An -v -tx1 | tr -d ' \n')
  case $header in
  7f454c46*3e00) printf 'x86_64\n' ;;
  7f454c46*b700) printf 'arm64\n' ;;
  *) ;;
  esac
}

# Lambda takes a package of another architecture, and then no invocation can start it.
find_architecture() {
  local beside inside=''
  if command -v unzip >/dev/null; then
    inside=$(elf_architecture "$PACKAGE" bootstrap)
    [ -n "$inside" ] || inside=$(elf_architecture "$PACKAGE" bin/bootstrap) # a bundle's
  fi
  beside=$(named_architecture)
  ARCHITECTURE=${inside:-${beside:-$WANTED_ARCHITECTURE}}
  [ -n "$ARCHITECTURE" ] || die "nothing says which architecture $PACKAGE is for: name it with --architecture" 2
  if [ -n "$WANTED_ARCHITECTURE" ] && [ "$WANTED_ARCHITECTURE" != "$ARCHITECTURE" ]; then
    die "$PACKAGE is for $ARCHITECTURE, not for $WANTED_ARCHITECTURE: name the other package, or leave out --architecture" 2
  fi
  if [ -n "$beside" ] && [ "$beside" != "$ARCHITECTURE" ]; then
    die "$PACKAGE is called one for $beside, but its bootstrap is for $ARCHITECTURE" 2
  fi
}

# What the package's name says, or the file that scripts/build.sh puts beside it. Sets VERSION too,
# when that is beside it.
named_architecture() {
  local folder=${PACKAGE%/*}
  case ${PACKAGE##*/} in
  *x86_64*) printf 'x86_64\n' ;;
  *arm64*) printf 'arm64\n' ;;
  *) [ ! -r "$folder/architecture" ] || cat "$folder/architecture" ;;
  esac
}

find_version() {
  local file="${PACKAGE%/*}/version"
  [ -n "$VERSION" ] || [ ! -r "$file" ] || VERSION=$(<"$file")
}

# A template that leads to the package; template.yaml itself where that is what it names.
write_template() {
  TEMPLATE="$ROOT/template.yaml"
  [ "$PACKAGE" != "$BUILT" ] || return 0
  TEMPLATE="$WORK/template.yaml"
  # Paths in a template are relative to it.
  PACKAGE="$PACKAGE" HERE="$ROOT" awk '
    function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
    /^ +CodeUri:/ { sub(/CodeUri:.*/, "CodeUri: "); print $0 quoted(ENVIRON["PACKAGE"]); next }
    /^    (LicenseUrl|ReadmeUrl):/ { file = $2; sub(/Url:.*/, "Url: "); print $0 quoted(ENVIRON["HERE"] "/" file); next }
    { print }
  ' "$ROOT/template.yaml" >"$TEMPLATE"
}
