#!/usr/bin/env python3
"""Runs the commands of docs/tuning.md with the release build of cfbridge, and compares what they print.

With --update it writes what they print into the document. With --speed it only measures a month of 100,000 changes with
one combination of settings, and fails when that takes more than 30 s of processor time. Not run in CI, since a month
takes minutes; docs/tuning.md says when it last ran and how long each command took.
"""

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENT = os.path.join(ROOT, "docs", "tuning.md")
PROGRAM = os.path.join(ROOT, ".build", "release", "cfbridge")
SPEED = "cfbridge simulate --site publisher --days 31 --window 5 --threshold 10 --json"
LONGEST = 30  # seconds of processor time in the program itself
EXAMPLE = re.compile(r"^```sh\n(cfbridge simulate [^`]*?)^```\n\n```\n(.*?)^```$", re.M | re.S)


def printed(command):
    """What a command prints on standard output at 80 columns, and the processor and the real time it took, in seconds."""
    start, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, cwd=ROOT,
        env={"PATH": os.path.dirname(PROGRAM) + ":" + os.environ["PATH"], "HOME": "/nonexistent", "COLUMNS": "80", "LANG": "C.UTF-8"})
    if done.returncode != 0:
        sys.exit(f"check-tuning: error: {command.strip()} ended with {done.returncode}: {done.stderr}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    return done.stdout, used, time.monotonic() - start


def measure():
    """A month with one combination of settings."""
    output, used, passed = printed(SPEED)
    count = json.loads(output)["changes"]
    print(f"check-tuning: {count:,} changes, one combination: {used:.1f} s of processor time, {passed:.0f} s")
    if count < 100_000:
        sys.exit("check-tuning: error: that is no month of 100,000 changes")
    if used > LONGEST:
        sys.exit(f"check-tuning: error: it may take {LONGEST} s of processor time")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true", help="write what the commands print into the document")
    parser.add_argument("--speed", action="store_true", help="only measure a month of 100,000 changes")
    options = parser.parse_args()
    if not os.path.exists(PROGRAM):
        sys.exit("check-tuning: error: .build/release/cfbridge is not built: swift build -c release --product cfbridge")
    if options.speed:
        return measure()
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    examples = list(EXAMPLE.finditer(text))
    if len(examples) < 3:
        sys.exit("check-tuning: error: docs/tuning.md has fewer than three examples")
    differ = 0
    for example in examples:
        command, shown = example.groups()
        output, used, passed = printed(command)
        print(
            f"check-tuning: {command.strip()}: {used:.0f} s of processor time, {passed:.0f} s,"
            f" {'as shown' if output == shown else 'differs'}")
        if output != shown:
            differ += 1
            text = text.replace(example[0], example[0].replace(shown, output) if shown else f"```sh\n{command}```\n\n```\n{output}```")
    if differ and options.update:
        with open(DOCUMENT, "w", encoding="utf-8") as file:
            file.write(text)
    elif differ:
        sys.exit(f"check-tuning: error: {differ} examples differ; scripts/check-tuning.py --update writes them anew")


if __name__ == "__main__":
    main()
