#!/usr/bin/env bash
# Run the built package in an empty root, started as Lambda starts it, and check that it polls,
# resolves a name, speaks TLS with the authorities of Amazon Linux's path alone, and answers.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=scripts/lib/say.sh
. "$ROOT/scripts/lib/say.sh"
ZIP="$ROOT/.build/lambda/bootstrap.zip" BASE='' EMULATOR=''
# Neither module exists in an empty root: names resolve only when the executable pins its own.
HOSTS='myhostname resolve'

usage() {
  cat <<END
Usage: scripts/$PROGRAM [--zip ZIP] [--base FOLDER] [--hosts "SERVICE…"] [--emulator FILE]

  --zip    the package (default: .build/lambda/bootstrap.zip)
  --base   a root to start from instead of an empty one; it is copied
  --hosts  the hosts line of its nsswitch.conf (default: $HOSTS)
  --emulator  a static program that runs executables of another architecture
END
}

while [ $# -gt 0 ]; do
  case $1 in
  -h | --help)
    usage
    exit 0
    ;;
  --zip | --base | --hosts | --emulator)
    [ $# -ge 2 ] || die "$1 needs a value" 2
    case $1 in
    --zip) ZIP=$2 ;;
    --base) BASE=$2 ;;
    --hosts) HOSTS=$2 ;;
    --emulator) EMULATOR=$2 ;;
    esac
    shift 2
    ;;
  *) misuse "unknown argument: $1" ;;
  esac
done
[ -r "$ZIP" ] || die "no package at $ZIP: run scripts/build.sh"
for command in unzip python3 openssl unshare; do
  command -v "$command" >/dev/null || die "$command is not installed"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root="$work/root" certificates="$work/certificates"
mkdir -p "$root" "$certificates"
[ -z "$BASE" ] || cp -a "$BASE/." "$root"
mkdir -p "$root"/{var/task,tmp,proc,etc}
printf 'hosts: %s\n' "$HOSTS" >"$root/etc/nsswitch.conf"
[ -z "$EMULATOR" ] || install -D -m 755 "$EMULATOR" "$root/emulator"
unzip -q "$ZIP" -d "$root/var/task"
[ -x "$root/var/task/bootstrap" ] || die 'bootstrap is not executable in the zip'

if [ -d "$root/var/task/libraries" ]; then
  # A bundle's bootstrap is a script, and Lambda has a shell; an empty root has none.
  shell=$(command -v busybox) || die 'a bundle needs a shell: install busybox-static'
  [ -e "$root/bin/sh" ] || install -D -m 755 "$shell" "$root/bin/sh"
else
  files=$(ls -A "$root/var/task")
  [ "$files" = bootstrap ] || die 'the package is more than one file'
fi

authority() { # NAME
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj "/CN=$1" -keyout "$certificates/$1.key" -out "$certificates/$1.pem" 2>/dev/null
}
authority ca
authority other-ca
openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=cloudfront.test \
  -keyout "$certificates/server.key" -out "$certificates/server.csr" 2>/dev/null
echo 'subjectAltName=DNS:cloudfront.test,DNS:*.cloudfront.test' >"$certificates/names"
openssl x509 -req -days 2 -in "$certificates/server.csr" -CA "$certificates/ca.pem" \
  -CAkey "$certificates/ca.key" -CAcreateserial -out "$certificates/server.pem" \
  -extfile "$certificates/names" 2>/dev/null

# A network of its own, in which port 53 is free and nothing else can be reached.
spaces=(unshare --mount --net)
user=$(id -u)
[ "$user" = 0 ] || spaces+=(--map-root-user)
# Without /proc the Swift runtime aborts; a static bootstrap says so first and in words.
if [ ! -d "$root/var/task/libraries" ]; then
  change_root=(chroot "$root")
  [ "$user" = 0 ] || change_root=(unshare --map-root-user chroot "$root")
  status=0
  words=$("${change_root[@]}" /var/task/bootstrap 2>&1) || status=$?
  case $status:$words in
  1:*/proc*) ;;
  *) die "without /proc the bootstrap ends with $status: $words" ;;
  esac
fi
check=(python3 "$ROOT/Tests/scripts/package/run_in_root.py" "$root" "$certificates")
if "${spaces[@]}" true 2>/dev/null; then
  # shellcheck disable=SC2016 # expanded by the inner shell
  "${spaces[@]}" bash -c 'mount --rbind /proc "$1/proc" && shift && exec "$@"' - "$root" "${check[@]}"
elif [ "$user" = 0 ]; then
  # As in a container with the usual rights, which may change the root but mount nothing.
  # Of /proc the Swift runtime needs its own path, or it aborts.
  mkdir "$root/proc/self"
  ln -s /var/task/bootstrap "$root/proc/self/exe"
  echo 'note: no name spaces here: with /proc/self/exe alone, in the network of this system'
  "${check[@]}"
else
  die 'run as root, or where users may make name spaces'
fi
