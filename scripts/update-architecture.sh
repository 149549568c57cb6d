#!/usr/bin/env bash
# Draws the targets of Package.swift into docs/architecture.md, between the markers of the drawing.
set -euo pipefail

usage() {
  cat <<END
Usage: scripts/${0##*/} [--check]

Draws the targets of Package.swift into docs/architecture.md.
  --check   write nothing; fail when the drawing there differs from Package.swift
END
}

mode=--write
case ${1-} in
-h | --help)
  usage
  exit 0
  ;;
'') ;;
--check) mode=--check ;;
*)
  usage >&2
  exit 2
  ;;
esac

cd "$(dirname "${BASH_SOURCE[0]}")/.."

manifest=$(mktemp)
trap 'rm -f "$manifest"' EXIT
swift package dump-package >"$manifest"
python3 - "$mode" "$manifest" docs/architecture.md <<'END'
import json
import re
import sys

mode, manifest, document = sys.argv[1:]
with open(manifest, encoding="utf-8") as file:
    targets = {target["name"]: target for target in json.load(file)["targets"] if target["type"] != "test"}


def name_of(dependency):
    return next(iter(dependency.values()))[0]


direct = {
    name: {name_of(each) for each in target["dependencies"]} & set(targets) for name, target in targets.items()
}


def reach(name):
    return direct[name].union(*(reach(each) for each in direct[name]))


# An arrow that a chain of other arrows implies is left out; with all of them nobody sees the floors.
arrows = {
    name: sorted(each for each in near if not any(each in reach(other) for other in near - {each}))
    for name, near in direct.items()
}
SHAPES = {"system": '{0}[/"{0}"/]', "executable": '{0}(["{0}"])', "regular": '{0}["{0}"]'}
lines = ["```mermaid", "flowchart TD"]
for name, target in sorted(targets.items()):
    lines.append("  " + SHAPES[target["type"]].format(name))
for name in sorted(arrows):
    if arrows[name]:
        lines.append(f"  {name} --> {' & '.join(arrows[name])}")
drawing = "\n".join(lines + ["```"])

with open(document, encoding="utf-8") as file:
    text = file.read()
marked = re.compile(r"(<!-- begin targets[^>]*-->\n).*?(<!-- end targets -->)", re.DOTALL)
if len(marked.findall(text)) != 1:
    sys.exit(f"update-architecture: {document} needs the markers of the drawing once")
drawn = marked.sub(lambda found: found[1] + drawing + "\n" + found[2], text)
if drawn == text:
    print(f"update-architecture: {document} agrees with Package.swift")
elif mode == "--check":
    sys.exit(f"update-architecture: {document} does not show Package.swift: run scripts/update-architecture.sh")
else:
    with open(document, "w", encoding="utf-8") as file:
        file.write(drawn)
    print(f"update-architecture: {document} shows Package.swift now")
END
