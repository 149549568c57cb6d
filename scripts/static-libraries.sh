#!/usr/bin/env bash
# Make the static libraries that the package links, and print the folder they are in.
#
# libcurl is built from Debian's own source package, patches included, with HTTP and HTTPS alone:
# Debian's binary needs 31 more libraries, of which GnuTLS, Kerberos and LDAP cost 5 ms of start.
# libssl, libcrypto, libexpat and libyajl_s are Debian's archives as they are.
#
# With --sysroot FOLDER (scripts/arm64-sysroot.sh makes it) for arm64, with the archives in there.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
answer_help "$@"
SYSROOT=''
case ${1-} in
'') ;;
--sysroot)
  [ -d "${2-}" ] || misuse "--sysroot needs a folder"
  SYSROOT=$(cd "$2" && pwd)
  ;;
*) misuse "unknown argument: $1" ;;
esac
CACHE="$ROOT/.build/static-deps"
# Hours a look at the source index stays good: a second build needs no network.
INDEX_HOURS=24

# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
[ -z "$SYSROOT" ] || multiarch=aarch64-linux-gnu
system="$SYSROOT/usr/lib/$multiarch"
recipe=$(sha256sum "${BASH_SOURCE[0]}" | cut -c1-8)
mkdir -p "$CACHE/apt/lists/partial" "$CACHE/apt/cache/archives/partial" "$CACHE/apt/sources"

# The machine's own package sources with `deb` turned into `deb-src`, beside them: neither root nor
# a change of /etc is needed.
write_sources() {
  local file
  rm -f "$CACHE"/apt/sources/*
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    sed -nE "s/^deb[[:space:]]+((\[[^]]*\][[:space:]]+)?[^[:space:]]+[[:space:]]+$codename.*)/deb-src \1/p" \
      "$file" >>"$CACHE/apt/sources/machine.list"
  done
  for file in /etc/apt/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    awk -v RS= -v suite="$codename" '
      $0 ~ "(^|\n)Suites:[^\n]*" suite { gsub(/(^|\n)Types:[^\n]*/, "\nTypes: deb-src"); print $0 "\n" }
    ' "$file" >>"$CACHE/apt/sources/machine.sources"
  done
}

user=$(id -un)
apt=(-qq
  -o "Dir::Etc::sourcelist=/dev/null" -o "Dir::Etc::sourceparts=$CACHE/apt/sources"
  -o "Dir::State::lists=$CACHE/apt/lists" -o "Dir::Cache=$CACHE/apt/cache"
  -o "APT::Sandbox::User=$user")

newest_source() {
  local newest='' version sources
  # It fails where the index has no curl at all.
  sources=$(apt-cache "${apt[@]}" showsrc --only-source curl 2>/dev/null | sed -n 's/^Version: //p' || true)
  for version in $sources; do
    if [ -z "$newest" ] || dpkg --compare-versions "$version" gt "$newest"; then newest=$version; fi
  done
  echo "$newest"
}

# The first time there is no such file.
fresh=$(find "$CACHE/apt/updated" -mmin "-$((INDEX_HOURS * 60))" 2>/dev/null || true)
if [ -z "$fresh" ]; then
  write_sources
  if apt-get "${apt[@]}" -o APT::Update::Error-Mode=any update >&2; then
    touch "$CACHE/apt/updated"
  else
    say 'warning: the index of source packages could not be read; security fixes may be missing'
  fi
fi
version=$(newest_source)
[ -n "$version" ] || die "no source package of curl for $codename; \
scripts/build.sh --with bundle needs none"

prefix="$CACHE/curl-$version-$multiarch-$recipe"

build_curl() {
  local work patch flags source processors cross=()
  work=$(mktemp -d "$CACHE/work.XXXXXX")
  # shellcheck disable=SC2064 # the folder of this call
  trap "rm -rf '$work'" EXIT
  say "building libcurl $version"
  (cd "$work" && apt-get "${apt[@]}" source "curl=$version" >/dev/null) ||
    die "apt-get source curl=$version failed"
  cd "$work"/curl-*/
  # These two rename the library for its other TLS flavours.
  for patch in 99_nss 90_gnutls; do patch -sRp1 <"debian/patches/$patch.patch"; done
  mkdir static
  cd static
  # The two definitions are what Debian's patches expect of debian/rules.
  flags="-O2 -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2"
  source=$(cd .. && pwd)
  processors=$(nproc)
  flags+=" -ffile-prefix-map=$source=curl"
  flags+=" -DCURL_PATCHSTAMP='\"$version\"' -D_DEB_HOST_ARCH='\"$multiarch\"'"
  if [ -n "$SYSROOT" ]; then
    # OpenSSL 3.5 compresses with the two libraries.
    cross=(--host=aarch64-linux-gnu LIBS='-lz -lzstd' AR=llvm-ar RANLIB=llvm-ranlib
      CC="clang --target=aarch64-linux-gnu --sysroot=$SYSROOT -fuse-ld=lld")
    flags+=" -ffile-prefix-map=$SYSROOT=sysroot"
    export PKG_CONFIG_LIBDIR="$system/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$SYSROOT"
  fi
  ../configure -q ${cross[@]+"${cross[@]}"} --prefix="$work/out" --disable-maintainer-mode --disable-dependency-tracking \
    --disable-shared --enable-static --with-pic --with-openssl --enable-threaded-resolver \
    --without-ca-bundle --without-ca-path \
    --disable-{ftp,file,ldap,ldaps,rtsp,dict,telnet,tftp,pop3,imap,smb,smtp,gopher,mqtt} \
    --disable-{manual,ntlm,ntlm-wb,tls-srp,alt-svc,hsts,cookies,doh,netrc,progress-meter} \
    --disable-{unix-sockets,dateparse,mime,libcurl-option,verbose,aws,headers-api} \
    --without-{nghttp2,brotli,zstd,zlib,libpsl,libidn2,libssh2,librtmp,gssapi} \
    CFLAGS="$flags" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2 && die 'configure failed'; }
  { make -s -C lib -j"$processors" install && make -s -C include install; } >"$work/log" 2>&1 ||
    { tail -n 30 "$work/log" >&2 && die 'make failed'; }
  cp ../COPYING "$work/out/COPYING.curl"
  echo "$version" >"$work/out/version"
  rm -rf "$prefix"
  mv "$work/out" "$prefix"
  cd "$ROOT"
  rm -rf "$work"
  trap - EXIT
}

pkg_config_file() { # NAME LIBS [CFLAGS]
  printf 'Name: %s\nDescription: %s, static\nVersion: 0\nLibs: -L%s %s\nCflags: %s\n' \
    "$1" "$1" "$prefix/link" "$2" "${3-}" >"$prefix/pkgconfig/$1.pc"
}

# One folder with the archives and nothing else, so that -l finds no shared library, with the
# pkg-config files that lead SwiftPM there. Made anew each time: the archives are the system's.
link_folder() {
  local name compiler_library compression=''
  rm -rf "$prefix/link" "$prefix/pkgconfig"
  mkdir "$prefix/link" "$prefix/pkgconfig"
  ln -s ../lib/libcurl.a "$prefix/link/libcurl.a"
  for name in ssl crypto expat; do ln -s "$system/lib$name.a" "$prefix/link/lib$name.a"; done
  ln -s "$system/libyajl_s.a" "$prefix/link/libyajl.a"
  if [ -n "$SYSROOT" ]; then
    compiler_library=$(find "$SYSROOT/usr/lib/gcc" -name libstdc++.a)
    for name in z zstd; do ln -s "$system/lib$name.a" "$prefix/link/lib$name.a"; done
    compression=' -lz -lzstd'
  else
    compiler_library=$(gcc -print-file-name=libstdc++.a)
  fi
  ln -s "$compiler_library" "$prefix/link/libstdc++.a"
  pkg_config_file libcurl "-lcurl -lssl -lcrypto$compression" "-I$prefix/include"
  pkg_config_file libcrypto "-lcrypto$compression"
  pkg_config_file expat '-lexpat'
  pkg_config_file yajl '-lyajl'
}

if [ ! -f "$prefix/lib/libcurl.a" ]; then
  build_curl
  find "$CACHE" -maxdepth 1 -name "curl-*-$multiarch-*" ! -path "$prefix" -exec rm -rf {} +
fi
link_folder
echo "$prefix"
