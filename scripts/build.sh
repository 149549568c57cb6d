#!/usr/bin/env bash
# Build the Lambda package: .build/lambda/bootstrap.zip with an executable `bootstrap`. With --product
# cfbridge, build the command-line tool as one file that needs nothing of the system; with --product
# rooted, the function that scripts/bench.sh measures over TLS.
# docs/packaging.md says what is in them, how they are made and what they cost.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
OUTPUT=''
IMAGE=swift:6.3-bookworm

usage() {
  cat <<EOF
Usage: scripts/$PROGRAM [--with static|bundle|docker] [--platform linux/amd64|linux/arm64]
              [--architecture x86_64|arm64] [--product PRODUCT] [--output FOLDER] [--symbols]

  static  one statically linked executable; needs Debian 12 (the default)
  bundle  the executable with its shared libraries and loader: larger and slower to start
  docker  the static build in a container of $IMAGE; --platform chooses the architecture

  --architecture arm64   for Lambda's arm64: natively there, and on x86_64 with libraries that
                         scripts/arm64-sysroot.sh downloads (about 200 MB, kept in .build/arm64)
  --product cfbridge     the command-line tool instead: .build/cfbridge/cfbridge
  --product rooted       bootstrap with a root certificate of the benchmark's: .build/rooted/rooted
  --symbols              keep the names of the functions, for a profiler

Writes bootstrap.zip, architecture (x86_64 or arm64), version and inputs.txt (the versions of
everything that was linked) into .build/lambda, with --architecture arm64 into .build/lambda-arm64,
or into the --output folder.
EOF
}

WITH=static PLATFORM='' WANTED='' PRODUCT=bootstrap SYMBOLS=no
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --symbols)
    SYMBOLS=yes
    shift
    ;;
  --with | --platform | --architecture | --product | --output)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --with) WITH=$2 ;;
    --platform) PLATFORM=$2 ;;
    --architecture) WANTED=$2 ;;
    --product) PRODUCT=$2 ;;
    --output) OUTPUT=$2 ;;
    esac
    shift 2
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
done
case $WANTED in '' | x86_64 | arm64) ;; *) die "--architecture must be x86_64 or arm64" 2 ;; esac
case $PRODUCT in bootstrap | cfbridge | rooted) ;; *) die "--product must be bootstrap, cfbridge or rooted" 2 ;; esac
[ "$PRODUCT" = bootstrap ] || [ "$WITH" = static ] || die "$PRODUCT is built static alone" 2
[ "$WITH" != docker ] || [ "$OUTPUT$WANTED$SYMBOLS" = no ] ||
  die '--with docker takes neither --output nor --architecture nor --symbols' 2
if [ -z "$OUTPUT" ]; then
  OUTPUT="$ROOT/.build/lambda"
  [ "$WANTED" != arm64 ] || OUTPUT="$ROOT/.build/lambda-arm64"
  [ "$PRODUCT" = bootstrap ] || OUTPUT="$ROOT/.build/$PRODUCT"
fi
[ -z "$PLATFORM" ] || [ "$WITH" = docker ] || die '--platform needs --with docker' 2

in_docker() {
  command -v docker >/dev/null || die 'docker is not installed'
  local arguments=(run --rm -v "$ROOT:/src" -w /src) user group
  user=$(id -u)
  group=$(id -g)
  if [ -n "$PLATFORM" ]; then arguments+=(--platform "$PLATFORM"); fi
  # The container runs as root, because it installs packages; at the end it hands its files over to
  # the user.
  # shellcheck disable=SC2016 # expanded in the container
  exec docker "${arguments[@]}" -e "OWNER=$user:$group" "$IMAGE" bash -c '
    status=0
    scripts/build.sh --with static || status=$?
    chown -R "$OWNER" .build
    exit "$status"'
}

case $WITH in
docker) in_docker ;;
static | bundle) ;;
*) die "unknown way to build: $WITH" 2 ;;
esac

machine=$(uname -m)
case $machine in
x86_64) ARCHITECTURE=x86_64 ;;
aarch64 | arm64) ARCHITECTURE=arm64 ;;
*) die "Lambda has no $machine; use --with docker --platform linux/amd64" ;;
esac
CROSS=''
if [ -n "$WANTED" ] && [ "$WANTED" != "$ARCHITECTURE" ]; then
  [ "$WITH" = static ] || die "--with $WITH builds only for $ARCHITECTURE here" 2
  [ "$WANTED" = arm64 ] || die "an arm64 machine cannot build for $WANTED here; use --with docker --platform linux/amd64" 2
  [ "$PRODUCT" = bootstrap ] || die 'cfbridge needs Foundation, which cannot be built for arm64 here; build it on arm64' 2
  ARCHITECTURE=$WANTED
  CROSS=1
fi

distribution() {
  if [ -r /etc/os-release ]; then
    # shellcheck source=/dev/null
    (. /etc/os-release && echo "$ID ${VERSION_ID-}")
  else
    uname -s
  fi
}
here=$(distribution)
if [ "$WITH" = static ] && [ "$here" != 'debian 12' ]; then
  die "the static build needs Debian 12, and this is $here. Instead, run:
  scripts/build.sh --with docker    the same build in $IMAGE
  scripts/build.sh --with bundle    with this system's shared libraries, on Linux"
fi
system=$(uname -s)
[ "$system" = Linux ] || die 'a bundle needs the libraries of a Linux system; use --with docker'

# Installs missing packages as root, or names them. Without dpkg, the linker reports what is
# missing.
require_packages() {
  command -v dpkg-query >/dev/null || return 0
  local package status user missing=()
  for package in "$@"; do
    # dpkg-query fails for a package that it does not know.
    status=$(dpkg-query -Wf '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  user=$(id -u)
  [ "$user" = 0 ] ||
    die "packages are missing; as root, run: apt-get update && apt-get install -y ${missing[*]}"
  say "installing ${missing[*]}"
  apt-get -qq update >&2
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
    "${missing[@]}" >/dev/null
}

# A separate folder, so that the objects of a debug build stay valid.
SCRATCH="$ROOT/.build/lambda-$WITH-$ARCHITECTURE"
[ "$PRODUCT" != cfbridge ] || SCRATCH="$ROOT/.build/cfbridge-$WITH-$ARCHITECTURE"
# These keep paths of this checkout and debugging information out of the executable; without the
# last option, it would contain a hash over the compiler's arguments.
FLAGS=(-c release --product "$PRODUCT" --package-path "$ROOT" --scratch-path "$SCRATCH"
  --static-swift-stdlib --disable-local-rpath -debug-info-format none
  -Xswiftc -file-prefix-map -Xswiftc "$ROOT=."
  -Xswiftc -Xfrontend -Xswiftc -disable-incremental-llvm-codegen)
[ "$SYMBOLS" = yes ] || FLAGS+=(-Xlinker -s)
# The first keeps out the engine for regular expressions, half a megabyte of the zip, which
# String.contains(String) needs. The second lets the linker keep functions once that several modules
# specialise alike.
[ "$PRODUCT" = cfbridge ] ||
  FLAGS+=(-Xswiftc -Xfrontend -Xswiftc -disable-implicit-string-processing-module-import
    -Xswiftc -Xfrontend -Xswiftc -function-sections)
# SwiftPM notices neither a changed header of a system-library target nor a changed archive. So this
# starts from scratch when a header has changed, and links every time.
begin() {
  local headers before
  headers=$(cat "$ROOT"/Sources/C*/{shim.h,module.modulemap} | sha256sum)
  # The file is missing the first time.
  before=$(cat "$SCRATCH/headers" 2>/dev/null || true)
  [ "$headers" = "$before" ] || rm -rf "$SCRATCH"
  mkdir -p "$SCRATCH"
  echo "$headers" >"$SCRATCH/headers"
  rm -f "$SCRATCH/release/$PRODUCT"
}

build_static() { # EXECUTABLE
  require_packages gcc libc6-dev libstdc++-12-dev make patch dpkg-dev zip \
    libssl-dev libexpat1-dev libyajl-dev
  local libraries option sysroot='' started=$SECONDS
  if [ -n "$CROSS" ]; then
    sysroot=$("$ROOT/scripts/arm64-sysroot.sh")
    libraries=$("$ROOT/scripts/static-libraries.sh" --sysroot "$sysroot")
    write_destination "$sysroot"
    FLAGS+=(--destination "$SCRATCH/destination.json")
  else
    libraries=$("$ROOT/scripts/static-libraries.sh")
  fi
  libraries_seconds=$((SECONDS - started))
  # lld, because gold doesn't know --no-dynamic-linker. A run path would make glibc abort at the
  # start. relr packs 44,000 relocations of 24 bytes into bit maps: 11 % less memory at the first
  # request.
  for option in -fuse-ld=lld -static-pie -Wl,-z,now -Wl,--pack-dyn-relocs=relr \
    -Wno-unused-command-line-argument; do
    FLAGS+=(-Xswiftc -Xclang-linker -Xswiftc "$option")
  done
  # Swift exports the symbols of every executable; nothing looks them up in this one. -O2 joins equal
  # ends of texts. The functions that run stand side by side, because the system maps code by 64 KiB:
  # half the memory at the first request.
  [ "$PRODUCT" = cfbridge ] ||
    for option in --no-export-dynamic -O2 --no-eh-frame-hdr -T "$ROOT/scripts/lib/package.ld" \
      --symbol-ordering-file "$ROOT/scripts/lib/order.txt" --no-warn-symbol-ordering; do
      FLAGS+=(-Xlinker "$option")
    done
  started=$SECONDS
  PKG_CONFIG_PATH="$libraries/pkgconfig" swift build "${FLAGS[@]}" >&2
  build_seconds=$((SECONDS - started))
  install -m 755 "$SCRATCH/release/$PRODUCT" "$1"
  check_static "$1"
  if [ -n "$CROSS" ]; then
    inputs "$libraries"
    sed -n -E 's/^((lib(ssl|expat1|yajl|zstd|c6|stdc\+\+-14)-dev|zlib1g-dev|swiftlang) [^ ]+) .*/\1/p' \
      "$ROOT/scripts/arm64-inputs.txt" >>"$OUTPUT/inputs.txt"
  else
    inputs "$libraries" libssl-dev libexpat1-dev libyajl-dev libc6-dev libstdc++-12-dev
  fi
}

# Tells SwiftPM of the other architecture. The option -sdk is there twice, because SwiftPM passes its
# own to clang alone, and Swift would build the interfaces against this machine's headers.
write_destination() { # SYSROOT
  local swift
  swift=$(command -v swift)
  swift=$(readlink -f "$swift")
  cat >"$SCRATCH/destination.json" <<EOF
{
  "version": 1, "target": "aarch64-unknown-linux-gnu", "sdk": "$1",
  "toolchain-bin-dir": "${swift%/*}", "dynamic-library-extension": "so",
  "extra-cc-flags": ["-fPIC"], "extra-cpp-flags": ["-lstdc++"],
  "extra-swiftc-flags": ["-sdk", "$1", "-resource-dir", "$1/usr/lib/swift_static", "-use-ld=lld",
    "-module-cache-path", "$SCRATCH/module-cache"]
}
EOF
}

# The package works only with an executable that loads nothing and runs at any address.
check_static() { # EXECUTABLE
  local segments dynamic
  segments=$(readelf -hlW "$1")
  dynamic=$(readelf -dW "$1")
  [[ $segments =~ Type:\ +DYN ]] || die "$1 is not position-independent"
  [[ $segments != *INTERP* ]] || die "$1 needs a loader"
  [[ ! $dynamic =~ NEEDED|RPATH|RUNPATH ]] || die "$1 needs shared libraries or has a run path"
}

build_bundle() { # FOLDER
  require_packages libcurl4-openssl-dev libssl-dev libexpat1-dev libyajl-dev binutils zip
  local library libraries loader started=$SECONDS
  libraries_seconds=0
  swift build "${FLAGS[@]}" >&2
  build_seconds=$((SECONDS - started))
  # Not `lib`: Lambda's LD_LIBRARY_PATH has /var/task/lib, so the shell would load this C library.
  mkdir -p "$1/libraries" "$1/bin"
  install -m 755 "$SCRATCH/release/bootstrap" "$1/bin/bootstrap"
  libraries=$(ldd "$1/bin/bootstrap")
  [[ $libraries != *'not found'* ]] || die "a shared library is missing: $libraries"
  # To resolve a name, the C library loads the last two before glibc 2.34.
  {
    awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' <<<"$libraries"
    ldconfig -p | awk '$1 == "libnss_files.so.2" || $1 == "libnss_dns.so.2" { print $NF }'
  } | while read -r library; do install -m 755 "$library" "$1/libraries/${library##*/}"; done
  find "$1/libraries" -name '*.so*' ! -name 'ld-linux*' -exec strip --strip-unneeded {} +
  loader=$(find "$1/libraries" -name 'ld-linux*')
  cat >"$1/bootstrap" <<EOF
#!/bin/sh
libraries=\$LAMBDA_TASK_ROOT/libraries
exec "\$libraries/${loader##*/}" --library-path "\$libraries" "\$LAMBDA_TASK_ROOT/bin/bootstrap" "\$@"
EOF
  chmod 755 "$1/bootstrap"
  inputs '' libcurl4-openssl-dev libssl-dev libexpat1-dev libyajl-dev libc6-dev
  say 'note: a bundle is more than twice the size of the static package, takes 3 to 4 times as long
  to its first request and twice the memory (docs/packaging.md)'
}

# Lists what two builds must have in common to be the same bytes.
inputs() { # LIBRARIES PACKAGE...
  local libraries=$1 package
  shift
  {
    swift --version 2>/dev/null | grep -m 1 'Swift version'
    if [ -n "$libraries" ]; then sed 's/^/curl (source) /' "$libraries/version"; fi
    for package in "$@"; do
      dpkg-query -Wf '${Package} ${Version}\n' "$package" 2>/dev/null || true
    done
    (cd "$SCRATCH/checkouts" && for package in *; do
      version=$(git -C "$package" describe --tags --always)
      printf '%s %s\n' "$package" "$version"
    done)
  } >"$OUTPUT/inputs.txt"
}

# The same files make the same zip: one time stamp (the earliest in a zip), one order and no owner.
archive() { # FOLDER ZIP
  export TZ=UTC LC_ALL=C
  find "$1" -exec touch -d @315532800 {} +
  (cd "$1" && find . -type f | sed 's|^\./||' | sort | zip -X -9 -q "$2" -@)
}

command -v swift >/dev/null || die 'swift is not on the PATH: see https://www.swift.org/install'
mkdir -p "$OUTPUT"
OUTPUT=$(cd "$OUTPUT" && pwd)
rm -f "$OUTPUT/bootstrap.zip" "$OUTPUT/$PRODUCT" "$OUTPUT/architecture" "$OUTPUT/version"
work=$(mktemp -d "$OUTPUT/work.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/package"
begin
if [ "$WITH" = static ]; then
  build_static "$work/package/$PRODUCT"
else
  build_bundle "$work/package"
fi
if [ "$PRODUCT" != bootstrap ]; then
  mv "$work/package/$PRODUCT" "$OUTPUT/$PRODUCT"
else
  archive "$work/package" "$work/bootstrap.zip"
  mv "$work/bootstrap.zip" "$OUTPUT/bootstrap.zip"
fi
echo "$ARCHITECTURE" >"$OUTPUT/architecture"
sed -n 's/.* version = "\(.*\)"/\1/p' "$ROOT/Sources/Bridge/Version.swift" >"$OUTPUT/version"

if [ "$PRODUCT" != bootstrap ]; then
  packed=$(wc -c <"$OUTPUT/$PRODUCT")
  printf 'program       %s\narchitecture  %s\n' "${OUTPUT#"$ROOT"/}/$PRODUCT" "$ARCHITECTURE"
  printf 'size          %s bytes\n' "$packed"
  exit 0
fi
packed=$(wc -c <"$OUTPUT/bootstrap.zip")
unpacked=$(find "$work/package" -type f -exec cat {} + | wc -c)
files=$(find "$work/package" -type f | wc -l)
digest=$(sha256sum "$OUTPUT/bootstrap.zip")
printf 'package       %s\n' "${OUTPUT#"$ROOT"/}/bootstrap.zip ($WITH)"
printf 'architecture  %s\n' "$ARCHITECTURE"
printf 'size          %s bytes, %s unpacked in %s file(s)\n' "$packed" "$unpacked" "$files"
printf 'sha256        %s\n' "${digest%% *}"
printf 'time          %s s: libraries %s s, Swift %s s\n' \
  "$SECONDS" "$libraries_seconds" "$build_seconds"
