#!/usr/bin/env python3
"""Looks for the tests' credentials in what the tests printed.

Names file and line of each, and fails when there is one. Only keys and tokens that nothing else is spelled like are
looked for. Tests/Conformance/conftest.py takes the list from here.
"""
import argparse
import re
import sys
import tempfile
from pathlib import Path

# Endings and beginnings, since a key may be encoded or cut.
SECRETS = {
    "the example of AWS's documentation": "EXAMPLEKEY", "the key of the signing tests": "s3cret",
    "the key of the profile tests": "sEcr3t", "a session token": "IQoJb3JpZ2luX2Vj", "the token of the process tests": "to+ken/=",
}
PATTERN = re.compile("|".join(re.escape(text) for text in SECRETS.values()))


# What swift test says when it begins: it quotes the test's own arguments, over several lines if need be.
BEGINS = re.compile(r"^◇ .*? started\.$", re.M | re.S)


def found_in(text: str) -> list[str]:
    """The lines that show a secret, with their numbers; the secret itself is left out."""
    text = BEGINS.sub(lambda match: "\n" * match[0].count("\n"), text)
    return [f"{number}: {PATTERN.sub('[secret]', line)[:200]}" for number, line in enumerate(text.splitlines(), 1)
            if PATTERN.search(line)]


def check(paths: list[Path]) -> int:
    found = [f"{path}:{line}" for path in paths for line in found_in(path.read_text(errors="replace"))]
    for line in found:
        print(f"check-secrets: {line}", file=sys.stderr)
    if not found:
        print(f"check-secrets: no credential in {len(paths)} files")
    return 1 if found else 0


def self_test() -> int:
    with tempfile.TemporaryDirectory() as folder:
        for name, secret in SECRETS.items():
            path = Path(folder, "log")
            path.write_text(f"fine\n◇ Test case passing 1 argument text → \"[a]\n{secret}\" started.\n")
            if check([path]) != 0:
                print(f"check-secrets: error: {name} is noticed where a test begins", file=sys.stderr)
                return 1
            path.write_text(f"fine\n◇ Test a started.\nAuthorization {secret}, refused\n◇ Test b started.\n")
            if check([path]) != 1 or check([Path(__file__).with_name("setup.sh")]) != 0:
                print(f"check-secrets: error: {name} is not noticed", file=sys.stderr)
                return 1
    print("check-secrets: every secret is noticed")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", metavar="FILE", nargs="*", type=Path, help="what the tests printed")
    parser.add_argument("--self-test", action="store_true", help="check that every secret is noticed")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    if not arguments.files:
        parser.error("name a file, or --self-test")
    return check(arguments.files)


if __name__ == "__main__":
    sys.exit(main())
