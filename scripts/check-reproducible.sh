#!/usr/bin/env bash
# Build the package from nothing in two folders of different names, and compare the bytes.
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
first="$work/first" second="$work/folder-of-the-second"

for folder in "$first" "$second"; do
  mkdir "$folder"
  (cd "$ROOT" && git ls-files -z | tar --null --files-from - -c) | tar -x -C "$folder"
  if [ -f "$ROOT/Package.resolved" ]; then cp "$ROOT/Package.resolved" "$folder"; fi
  (cd "$folder" && scripts/build.sh --with static)
done
cmp "$first/.build/lambda/bootstrap.zip" "$second/.build/lambda/bootstrap.zip"
diff "$first/.build/lambda/inputs.txt" "$second/.build/lambda/inputs.txt"
echo 'ok: two builds from nothing, in two folders, gave the same bytes'
