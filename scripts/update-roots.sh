#!/usr/bin/env bash
# Writes the root certificates that the function trusts first into Sources/CTrust/amazon_roots.c,
# from this system's bundle; docs/packaging.md says why there are any.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
FILE="$ROOT/Sources/CTrust/amazon_roots.c"
BUNDLE=/etc/ssl/certs/ca-certificates.crt
# Long enough for every deployed version to be replaced.
DAYS=400

usage() {
  cat <<END
Usage: scripts/$PROGRAM [--check] [--bundle FILE]

  --check        write nothing; fail if the file differs from what the bundle says, or if one of
                 the certificates expires within $DAYS days
  --bundle FILE  the bundle to read (default: $BUNDLE)
END
}

check=no
while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --check) check=yes ;;
  --bundle)
    [ $# -ge 2 ] || die '--bundle needs a value' 2
    BUNDLE=$2
    shift
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
  shift
done
for command in openssl awk od; do
  command -v "$command" >/dev/null || die "$command is not installed"
done
[ -r "$BUNDLE" ] || die "$BUNDLE can't be read; install ca-certificates"

# The roots that https://www.amazontrust.com/repository/ lists, by SHA-256 of the certificate.
NAMES=(amazon_root_ca_1 amazon_root_ca_2 amazon_root_ca_3 amazon_root_ca_4 starfield_services_g2)
FINGERPRINTS=(
  8ecde6884f3d87b1125ba31ac3fcb13d7016de7f57cc904fe1cb97c6ae98196e
  1ba5b2aa8c65401a82960118f80bec4f62304d83cec4713a19c39c011ea46db4
  18ce6cfe7bf14e60b2e347b8dfe868cb31d02ebb3ada271569f50343b46db3a4
  e35d28419ed02025cfa69038cd623962458da5c695fbdea3c22b0bfb25897092
  568d6905a2c88708a4b3025190edcfedb1974a606a13c6e5290fcb2ae63edab5
)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -v folder="$work" '
  /-----BEGIN CERTIFICATE-----/ { file = sprintf("%s/%04d.pem", folder, ++count) }
  file { print > file }
  /-----END CERTIFICATE-----/ { close(file); file = "" }' "$BUNDLE"
for certificate in "$work"/*.pem; do
  openssl x509 -in "$certificate" -outform DER -out "$certificate.der"
  digest=$(sha256sum "$certificate.der")
  mv "$certificate.der" "$work/${digest%% *}.der"
done

write() {
  printf '/* Written by scripts/update-roots.sh. */\n#include "CTrust.h"\n'
  local index der subject
  for index in "${!NAMES[@]}"; do
    der="$work/${FINGERPRINTS[$index]}.der"
    [ -e "$der" ] || die "$BUNDLE has no certificate ${NAMES[$index]} (${FINGERPRINTS[$index]})"
    openssl x509 -inform DER -in "$der" -noout -checkend $((DAYS * 86400)) >/dev/null ||
      die "${NAMES[$index]} expires within $DAYS days: remove it from scripts/$PROGRAM, and look which
  roots https://www.amazontrust.com/repository/ lists instead"
    subject=$(openssl x509 -inform DER -in "$der" -noout -subject -nameopt multiline | sed -n 's/^ *commonName *= //p')
    printf '\n/* %s */\nstatic const unsigned char %s[] = {\n' "$subject" "${NAMES[$index]}"
    od -An -v -tx1 -w16 "$der" | sed 's/ \(..\)/ 0x\1,/g; s/^ /  /'
    printf '};\n'
  done
  printf '\nconst cfb_certificate *cfb_amazon_root(size_t index) {\n'
  printf '  static const cfb_certificate roots[] = {\n'
  for index in "${!NAMES[@]}"; do
    printf '    {%s, sizeof %s},\n' "${NAMES[$index]}" "${NAMES[$index]}"
  done
  printf '  };\n  return index < sizeof roots / sizeof roots[0] ? &roots[index] : NULL;\n}\n'
}

write >"$work/written.c"
if [ "$check" = yes ]; then
  diff -u "$FILE" "$work/written.c" >&2 || die "$FILE is not what $BUNDLE says; run scripts/$PROGRAM"
  say "the ${#NAMES[@]} roots are those of $BUNDLE, and none expires within $DAYS days"
else
  mv "$work/written.c" "$FILE"
fi
