#!/usr/bin/env python3
"""Lists the functions that a start and some events execute, for the linker to put side by side."""
import argparse
import re
from pathlib import Path

import guard
import inputs
from programs import OUTPUT


class Recorder(guard.Counter):
    def life(self, name: str, events: list[bytes], lists: bool) -> list[str]:
        """The functions of one life, as the linker names them, each once."""
        profile, log = OUTPUT / f"order.{name}", OUTPUT / f"order.{name}.log"
        self.live(
            ["--demangle=no", "--compress-strings=no", f"--callgrind-out-file={profile}", f"--log-file={log}"],
            events, lists)
        return functions(profile.read_text())


def functions(profile: str) -> list[str]:
    """The functions of a profile; a recursive one has a number after its name, and one without a name an address."""
    names = (found[1].split("'")[0] for found in re.finditer(r"^c?fn=(\S+)$", profile, re.MULTILINE))
    return [name for name in dict.fromkeys(names) if not name.startswith(("0x", "("))]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap", required=True, help="one with the names of its functions")
    parser.add_argument("--output", required=True)
    options = parser.parse_args()
    OUTPUT.mkdir(parents=True, exist_ok=True)
    recorder = Recorder(options.bootstrap)
    lives = [
        ("start", [], True), ("event", [inputs.s3_event(1), inputs.s3_event(2)], False),
        ("page", [inputs.s3_event(1)], True), ("batch", [inputs.sqs_batch(limit=100_000)], False)]
    names = dict.fromkeys(name for life in lives for name in recorder.life(*life))
    if len(names) < 1_000:
        raise SystemExit(f"order: error: only {len(names)} functions have names: is the executable stripped?")
    Path(options.output).write_text("".join(f"{name}\n" for name in names))
    print(f"{len(names)} functions")


if __name__ == "__main__":
    main()
