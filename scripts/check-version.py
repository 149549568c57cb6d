#!/usr/bin/env python3
"""Checks that one file spells the product's version: Sources/Bridge/Version.swift.

The latest release in docs/changelog.md must be that version, and no other file may spell it.
With --self-test, breaks each rule in memory and requires that it is reported.
"""

import argparse
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SOURCE = "Sources/Bridge/Version.swift"
CHANGELOG = "docs/changelog.md"
NUMBER = r"\d+\.\d+\.\d+(?:-[\w.]+)?"
# Files that may spell a number like the product's, because it is somebody else's version there.
OTHERS = ("Package.resolved", "Tests/testscripts/version.txt", "scripts/requirements-test.txt",
          "scripts/requirements-ministack.txt")


def check(files):
    spelled = re.findall(rf'\bversion = "({NUMBER})"', files.get(SOURCE, ""))
    if len(spelled) != 1:
        return [f"{SOURCE}: spells {len(spelled)} versions instead of one"]
    version = spelled[0]
    problems = []
    releases = re.findall(rf"^## \[?({NUMBER})\]?", files.get(CHANGELOG, ""), re.M)
    if releases[:1] != [version]:
        latest = releases[0] if releases else "none"
        problems.append(f"{CHANGELOG}: its latest release is {latest}, but {SOURCE} says {version}")
    second = re.compile(rf"(?<![\w.-]){re.escape(version)}(?![\w-]|\.\d)")
    for path, text in sorted(files.items()):
        if path in (SOURCE, CHANGELOG) or path in OTHERS:
            continue
        for found in second.finditer(text):
            line = text.count("\n", 0, found.start()) + 1
            problems.append(f"{path}:{line}: spells the version a second time; {SOURCE} is the one place")
    return problems


def load_files():
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE)
    files = {}
    for path in filter(None, listing.stdout.decode().split("\0")):
        if os.path.isfile(os.path.join(ROOT, path)):
            with open(os.path.join(ROOT, path), "rb") as file:
                files[path] = file.read().decode("utf-8", "replace")
    return files


def self_test():
    good = {
        SOURCE: 'package static let version = "7.8.9"\n',
        CHANGELOG: "## [Unreleased]\n\n## [7.8.9] - 2026-01-02\n\n## 7.8.8\n",
        "README.md": "curl 17.8.9, 7.8.90, 7.8.9.1, 7.8.9-1 and Terraform 7.8\n",
    }
    seeds = [
        ({SOURCE: ""}, SOURCE),
        ({SOURCE: good[SOURCE] * 2}, SOURCE),
        ({SOURCE: good[SOURCE].replace("8", "0")}, CHANGELOG),
        ({CHANGELOG: "## [Unreleased]\n"}, CHANGELOG),
        ({"template.yaml": "SemanticVersion: 7.8.9\n"}, "template.yaml:1"),
        ({"Sources/cfbridge/Seed.swift": '\nlet text = "version 7.8.9."\n'}, "Sources/cfbridge/Seed.swift:2"),
    ]
    wrong = [f"reported without a fault: {each}" for each in check(good)]
    for change, place in seeds:
        if not any(each.startswith(place + ":") for each in check({**good, **change})):
            wrong.append(f"not reported: {change}")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true", help="break each rule in memory")
    arguments = parser.parse_args()
    problems = self_test() if arguments.self_test else check(load_files())
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"check-version: {len(problems)} problems")
    print("check-version: every seed was found" if arguments.self_test else "check-version: one version")


if __name__ == "__main__":
    main()
