#!/usr/bin/env bash
# Build and try cfbridge on macOS, and try the deployment's scripts with its bash 3.2. Homebrew has to
# have brought curl, expat, openssl@3, pkgconf and yajl. Nobody has run this yet.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
take_no_arguments "$@"
cd "$ROOT"
system=$(uname -s)
[ "$system" = Darwin ] || die "this is for macOS, and here is $system"

/bin/bash --version
for script in deploy.sh smoke.sh install.sh; do /bin/bash "scripts/$script" --help >/dev/null; done

paths=''
for formula in curl expat openssl@3 yajl; do
  prefix=$(brew --prefix "$formula")
  paths="$paths:$prefix/lib/pkgconfig"
done
export PKG_CONFIG_PATH="${paths#:}"
swift build --product cfbridge
.build/debug/cfbridge --version
.build/debug/cfbridge plan events/s3-index-nested.json
