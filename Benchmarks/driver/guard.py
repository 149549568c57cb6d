#!/usr/bin/env python3
"""Counts what the package executes, and compares with Benchmarks/thresholds.json.

Instructions instead of time: callgrind counts the same ones on a busy machine and on an idle one.
"""
import argparse
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import inputs
import programs
from process import Process, cpu_model
from programs import OUTPUT, ROOT
from servers import CloudFront, RuntimeAPI

THRESHOLDS = ROOT / "Benchmarks" / "thresholds.json"
WARM_EVENTS = 20
# The least of these runs counts: a socket that is not ready yet costs a turn of libcurl's loop.
RUNS = 3
# glibc, in the package, and OpenSSL choose among versions of memcpy, SHA-256 and the like by what the CPU
# has. Valgrind hides the newest instructions already; these keep out the rest, so that the same code is
# counted on every x86_64. Elsewhere the names mean nothing and are ignored.
PINS = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-AVX512F,-AVX512VL,-AVX512BW,-ERMS,-FSRM,-BMI1,-BMI2,-LZCNT,"
                      "-MOVBE,-RTM,-SSE4_2,-SSSE3",
    "OPENSSL_ia32cap": "~0x1000000000000000:0",
    # Swift seeds the hash of every dictionary anew otherwise.
    "SWIFT_DETERMINISTIC_HASHING": "1",
}
# The self-test's planted slow-down: more to do at the start, for an event and in a list, as the same
# program would take if it had become slower.
SLOW_START = {"PATH_RULES": json.dumps([{"key": f"folder-{i}/*", "paths": [f"/{i}/*"]} for i in range(50)])}
SLOW_RECORDS = 5
SLOW_PAGES = 2
# The size of the queue's batch in bytes: about 300 messages of one record, and what makes more.
BATCH, SLOW_BATCH = 500_000, 600_000


class Counter:
    def __init__(self, bootstrap: str, is_slow: bool = False):
        self.program = programs.bridge("ours", Path(bootstrap))
        self.extra = {**PINS, **(SLOW_START if is_slow else {})}
        self.records = SLOW_RECORDS if is_slow else 1
        self.batch = SLOW_BATCH if is_slow else BATCH
        self.api, self.cloud = RuntimeAPI(), CloudFront(SLOW_PAGES if is_slow else 1)
        # Some containers do not let a process switch the randomising of addresses off.
        fixed = ["/usr/bin/env", "setarch", platform.machine(), "-R"]
        allowed = subprocess.run([*fixed, "true"], capture_output=True, check=False).returncode == 0
        self.prefix = [*(fixed if allowed else ["/usr/bin/env"]), "valgrind", "--tool=callgrind"]

    def live(self, options: list[str], events: list[bytes], lists: bool):
        """Runs one life under callgrind: start, some events, and an end that the Runtime API asks for."""
        self.api.forget_clients()
        environment = {
            **self.program.environment(self.api.address, self.cloud.url, lists, None), **self.extra}
        process = Process([*self.prefix, *options, *self.program.command], environment)
        try:
            self.api.wait_for_next()
            for number, event in enumerate(events, 1):
                self.api.give(event, number)
                self.api.take_answer()
                self.api.wait_for_next()
            self.api.end()
            process.wait()
        except BaseException:
            process.kill()
            raise

    def once(self, name: str, events: list[bytes], lists: bool) -> int:
        """The instructions of one life."""
        profile, log = OUTPUT / f"callgrind.{name}", OUTPUT / f"callgrind.{name}.log"
        log.unlink(missing_ok=True)
        self.live([f"--callgrind-out-file={profile}", f"--log-file={log}"], events, lists)
        found = re.search(r"Collected\s*:\s*(\d+)", log.read_text())
        if not found:
            raise SystemExit(f"check-performance: error: callgrind counted nothing:\n{log.read_text()[-2000:]}")
        return int(found[1])

    def events(self, count: int) -> list[bytes]:
        return [inputs.s3_event(number, self.records) for number in range(1, count + 1)]

    def least(self, name: str, events: list[bytes], lists: bool = False, runs: int = RUNS) -> int:
        return min(self.once(name, events, lists) for _ in range(runs))

    def figures(self, runs: int = RUNS) -> dict[str, int]:
        # With a list, nothing is looked up before the first event; with an id, the look-up counts to it.
        start = self.least("start", [], True, runs=runs)
        first = self.least("first", self.events(1), runs=runs)
        page = self.least("page", self.events(1), True, runs=runs)
        warm = self.least("warm", self.events(1 + WARM_EVENTS), runs=runs)
        records = self.least(
            "batch", [*self.events(1), inputs.sqs_batch(limit=self.batch)], runs=runs) - first
        return {
            "cold start, instructions": start,
            "first event with a configured distribution, instructions": first - start,
            "first event with a list page of 100, instructions": page - start,
            "warm event, instructions": (warm - first) // WARM_EVENTS,
            "batch of 300 records, instructions": records,
        }


def circumstances(folder: Path) -> dict[str, str]:
    """What else the counts may depend on: the compiler and the libraries in the package, valgrind, the CPU."""
    valgrind = subprocess.run(["valgrind", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    # A line is a name and a version; a Swift version's name has more than one word.
    lines = (folder / "inputs.txt").read_text().splitlines() if (folder / "inputs.txt").exists() else []
    named = [re.match(r"(.*?) (\S*\d.*)$", line) for line in lines]
    return {
        **{found[1]: found[2] for found in named if found}, "valgrind": valgrind.removeprefix("valgrind-"),
        "CPU": cpu_model()}


def limit(threshold: dict) -> int:
    return int(threshold["measured"] * (1 + threshold["allowedGrowthPercent"] / 100))


def too_large(figures: dict[str, int], thresholds: dict[str, dict]) -> list[str]:
    """The figures above their limits, and those that have none."""
    return [name for name, value in figures.items()
            if name not in thresholds or value > limit(thresholds[name])]


def updated(figures: dict[str, int], thresholds: dict[str, dict]) -> dict[str, dict]:
    """What was counted as thresholds; how much a figure may grow is kept."""
    return {
        name: {"measured": value, "allowedGrowthPercent": thresholds.get(name, {}).get(
            "allowedGrowthPercent", 1 if name.endswith("bytes") else 3)}
        for name, value in figures.items()}


def show(figures: dict[str, int], thresholds: dict[str, dict]):
    for name, value in figures.items():
        known = thresholds.get(name)
        if known is None:
            print(f"{name}: {value:,}; no threshold")
            continue
        growth = (value / known["measured"] - 1) * 100
        print(f"{name}: {value:,}, {growth:+.2f} % against {known['measured']:,};"
              f" {known['allowedGrowthPercent']} % is allowed")


def self_test(options, thresholds: dict[str, dict]):
    """A check that can't fail checks nothing: plants slow-downs and requires that they are found."""
    even = {name: each["measured"] for name, each in thresholds.items()}
    missed = [f"{name} at its threshold is reported" for name in too_large(even, thresholds)]
    for name, each in thresholds.items():
        if too_large({**even, name: limit(each) + 1}, thresholds) != [name]:
            missed.append(f"{name} above its limit is not reported alone")
    found = too_large(Counter(options.bootstrap, is_slow=True).figures(runs=1), thresholds)
    missed += [f"{name} is not reported with a planted slow-down" for name in thresholds
               if name.endswith("instructions") and name not in found]
    if missed:
        raise SystemExit("check-performance: the self-test failed:\n  " + "\n  ".join(missed))
    print(f"self-test: planted slow-downs of all {len(thresholds)} figures are found")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", required=True)
    parser.add_argument("--zip", required=True)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--self-test", action="store_true")
    options = parser.parse_args()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    everything = json.loads(THRESHOLDS.read_text()) if THRESHOLDS.exists() else {}
    here = everything.setdefault(platform.machine(), {"measuredWith": {}, "figures": {}})
    if options.self_test:
        self_test(options, here["figures"])
        return
    figures = {"package, bytes": os.path.getsize(options.zip), **Counter(options.bootstrap).figures()}
    now = circumstances(Path(options.zip).parent)
    show(figures, here["figures"])
    if options.update:
        everything[platform.machine()] = {"measuredWith": now, "figures": updated(figures, here["figures"])}
        THRESHOLDS.write_text(json.dumps(everything, indent=2) + "\n")
        print(f"{os.path.relpath(THRESHOLDS)} is rewritten; commit it with the reason")
        return
    for name in sorted(now.keys() | here["measuredWith"].keys()):
        before, after = here["measuredWith"].get(name, "absent"), now.get(name, "absent")
        if before != after:
            print(f"note: {name} is {after}, and was {before} when the thresholds were measured")
    if failed := too_large(figures, here["figures"]):
        print(f"check-performance: {'; '.join(failed)}: above the limit. Find out why, or"
              " run scripts/check-performance.sh --update and commit the new thresholds with the reason.",
              file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    main()
