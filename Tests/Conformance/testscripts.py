#!/usr/bin/env python3
"""Runs the test scripts of Tests/testscripts; their README says what is in one.

Without arguments it writes what the built programs print into them; --check only compares.
"""
import argparse
import difflib
import os
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "Tests" / "testscripts"
PROGRAMS = ROOT / ".build" / "debug"
EXPECTED = ("status", "stdout", "stderr")
SECTION = re.compile(r"^-- (\S+) --$")
# What differs from one run to the next, and what stands for it.
PLACEHOLDERS = (
    (re.compile(re.escape(str(PROGRAMS.resolve()))), "{BIN}"),
    (re.compile(re.escape(str(PROGRAMS))), "{BIN}"),
    (re.compile(r"^(  took     )[\d.]+ ms$", re.M), r"\1{TIME} ms"),
    (re.compile(r'(?<="milliseconds":)[\d.]+'), "{TIME}"),
    (re.compile(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"), "{MOMENT}"),
    (re.compile(r"(InProgress|Completed)( +)\d+ s(?=  )"), r"\1\2{AGE}"),
    (re.compile(r"(?<=created )\d+ s(?= ago)|(?<=, )\d+ s(?= ago)"), "{AGE}"),
    (re.compile(r"\b\d+ s(?= old$)", re.M), "{AGE}"),
    (re.compile(r"(?<=first byte after )\d+(, \d+)* ms"), "{TIME} ms"),
    (re.compile(r"(?<=first byte came after )\d+ ms(, \d+ ms)*"), "{TIME} ms"),
    (re.compile(r"(?<=, after )\d+ ms|(?<=port 1 after )\d+ ms"), "{TIME} ms"),
    (re.compile(r"(?<=127\.0\.0\.1:)\d+"), "{PORT}"),
    (re.compile(r'(?<="ageSeconds":)\d+'), "{AGE}"),
    (re.compile(r"\bcfbridge-[0-9a-f]{16}"), "{REFERENCE}"),
)
# What scripts may call beside the built programs.
FUNCTIONS = """
# Starts an account on loopback and points everything at it; it ends with the script.
account() {
  mkfifo .account
  cfbridge serve "$@" <.account >.environment &
  exec 9>.account
  until [[ -s .environment ]]; do sleep 0.02; done
  source ./.environment
}
# Starts an edge location with these troubles; `doctor` asks it for a URL of www.example.com.
edge() {
  mkfifo .edge
  python3 "$EDGE_PROGRAM" .edge-files "$@" <.edge &
  exec 8>.edge
  until [[ -s .edge-files/edge.sh ]]; do sleep 0.02; done
  source .edge-files/edge.sh
}
# Gives the edge other troubles.
trouble() {
  echo "$@" >.edge-files/troubles.new
  mv .edge-files/troubles.new .edge-files/troubles
}
doctor() {
  cfbridge doctor --url "$1" --connect "$EDGE" "${@:2}"
}
"""


class ScriptError(Exception):
    """A script that can't be read, or output that can't be written into one."""


@dataclass
class Script:
    """One text file: shell commands, files for them, and what they are expected to print."""

    head: str
    files: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> "Script":
        script, name = cls(head=""), None
        for line in text.splitlines(keepends=True):
            if found := SECTION.match(line.rstrip("\n")):
                name = found[1]
                if name in script.sections:
                    raise ScriptError(f"the section {name} stands twice")
                script.sections_for(name)[name] = ""
            elif name is None:
                script.head += line
            else:
                script.sections_for(name)[name] += line
        if not script.commands:
            raise ScriptError("it has no command")
        return script

    @property
    def sections(self) -> dict[str, str]:
        return {**self.files, **self.expected}

    def sections_for(self, name: str) -> dict[str, str]:
        return self.expected if name in EXPECTED else self.files

    @property
    def commands(self) -> str:
        """The head without its comments."""
        return "".join(
            line for line in self.head.splitlines(keepends=True) if line.strip() and not line.startswith("#"))

    def __str__(self) -> str:
        """The file: what is expected comes after the files, and an empty stream has no section."""
        text = self.head.rstrip("\n") + "\n"
        for name, body in {**self.files, **{n: self.expected.get(n, "") for n in EXPECTED}}.items():
            if body or name in self.files:
                text += f"-- {name} --\n{body}"
        return text


def with_placeholders(text: str) -> str:
    for pattern, replacement in PLACEHOLDERS:
        text = pattern.sub(replacement, text)
    return text


def run(script: Script) -> dict[str, str]:
    """What the commands print, with placeholders, and their status: sections as in the file."""
    with tempfile.TemporaryDirectory(prefix="testscript-") as folder:
        for name, body in script.files.items():
            Path(folder, name).write_text(body)
        for name, target in (("events", ROOT / "events"), ("fixtures", ROOT / "Tests" / "Fixtures")):
            Path(folder, name).symlink_to(target)
        done = subprocess.run(
            ["bash", "-c", FUNCTIONS + script.commands], cwd=folder, text=True, capture_output=True, timeout=120,
            stdin=subprocess.DEVNULL, check=False, start_new_session=True,
            env={"PATH": f"{PROGRAMS}:{os.environ['PATH']}", "HOME": folder, "COLUMNS": "80", "LANG": "C.UTF-8",
                 "EDGE_PROGRAM": str(ROOT / "Tests" / "Conformance" / "edge.py")})
    actual = {
        "status": f"{done.returncode}\n", "stdout": with_placeholders(done.stdout),
        "stderr": with_placeholders(done.stderr)}
    for name, text in actual.items():
        if text and not text.endswith("\n"):
            raise ScriptError(f"{name} does not end with a line's end")
        if any(SECTION.match(line) for line in text.splitlines()):
            raise ScriptError(f"{name} has a line that would begin a section")
    return actual


def rewritten(text: str) -> str:
    """The script's text with what its commands print now."""
    script = Script.parse(text)
    script.expected = run(script)
    return str(script)


def difference(path: Path) -> str:
    """How the script would change; empty when it would not."""
    text = path.read_text()
    try:
        new = rewritten(text)
    except ScriptError as error:
        raise ScriptError(f"{path.name}: {error}") from None
    return "".join(difflib.unified_diff(
        text.splitlines(keepends=True), new.splitlines(keepends=True), path.name, f"{path.name}, now"))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only compare; exit status 1 when anything differs")
    parser.add_argument("scripts", nargs="*", type=Path, help="these scripts; otherwise all")
    options = parser.parse_args()
    scripts = options.scripts or sorted(SCRIPTS.glob("*.txt"))
    changed = 0
    for path in scripts:
        try:
            if not (change := difference(path)):
                continue
        except ScriptError as error:
            print(f"testscripts: error: {error}", file=sys.stderr)
            return 1
        changed += 1
        print(change, end="")
        if not options.check:
            path.write_text(rewritten(path.read_text()))
    print(f"testscripts: {len(scripts)} scripts, {changed} {'differ' if options.check else 'rewritten'}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
