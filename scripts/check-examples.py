#!/usr/bin/env python3
"""Compiles the examples in the documentation of the library products.

Takes every block of ```swift from the doc comments of their sources and type-checks it as the
main file of a package other than this one, so that only public names are there. Reads the
modules of an earlier `swift build`. With --self-test, breaks the examples and requires that
it is noticed.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def capture(*command):
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    return done.stdout.decode()


def examples(folder):
    """Returns place and text of each block in the doc comments of a folder's Swift files."""
    found = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".swift"):
            continue
        block = None
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                comment = re.match(r"\s*///(?: |$)(.*)", line)
                text = comment.group(1) if comment else None
                if block is None and text == "```swift":
                    block = (f"{os.path.relpath(folder, ROOT)}/{name}:{number}", [])
                elif block is not None and (text is None or text == "```"):
                    found.append((block[0], "\n".join(block[1]) + "\n"))
                    block = None
                elif block is not None:
                    block[1].append(text)
    return found


def compiles(text, modules):
    """Type-checks a program and returns the compiler's complaints, empty when there are none."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "main.swift")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        maps = []
        for name in sorted(os.listdir(os.path.join(ROOT, "Sources"))):
            module_map = os.path.join(ROOT, "Sources", name, "module.modulemap")
            # A target with C code of its own has the one that the build wrote.
            written = os.path.join(os.path.dirname(modules), name + ".build", "module.modulemap")
            for each in filter(os.path.exists, (module_map, written)):
                maps += ["-Xcc", "-fmodule-map-file=" + each]
        done = subprocess.run(
            ["swiftc", "-typecheck", "-swift-version", "6", "-I", modules, *maps, path],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.stdout.decode() if done.returncode != 0 else ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true", help="break every example")
    arguments = parser.parse_args()
    manifest = json.loads(capture("swift", "package", "dump-package"))
    modules = os.path.join(capture("swift", "build", "--show-bin-path").strip(), "Modules")
    failed, count = [], 0
    for product in manifest["products"]:
        if "library" not in product["type"]:
            continue
        found = examples(os.path.join(ROOT, "Sources", product["name"]))
        if not found:
            failed.append(f"{product['name']}: its documentation has no example")
        for place, text in found:
            count += 1
            complaints = compiles(text, modules)
            if complaints:
                failed.append(f"{place}: does not compile\n{complaints}")
            if arguments.self_test:
                # A name that does not exist, and one that only this package may use.
                for seed in ("noSuchName()\n", 'import Encoding\nprint(Hex.encode([1]))\n'):
                    count += 1
                    if not compiles(text + seed, modules):
                        failed.append(f"{place}: compiles with {seed!r} too")
    for line in failed:
        print(line, file=sys.stderr)
    print(f"examples: {count} compiled, {len(failed)} failures")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
