#!/usr/bin/env python3
"""Writes the tables of inputs and outputs in terraform/README.md from the module's own files.

With --check it writes nothing, shows the difference, and fails when there is one. A variable or an
output without a description is an error.
"""

import difflib
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MODULE = os.path.join(ROOT, "terraform")
DOCUMENT = os.path.join(MODULE, "README.md")


def fail(message):
    sys.exit(f"update-terraform: error: {message}")


def blocks(kind, text):
    """The blocks of a kind with their attributes, as `terraform fmt` lays them out."""
    for found in re.finditer(rf'^{kind} "(\w+)" {{\n(.*?)^}}', text, re.M | re.S):
        yield found[1], dict(attributes(found[2].splitlines()))


def attributes(lines):
    """Name and expression of each attribute at the block's own level; those of nested blocks stay out."""
    rest = iter(lines)
    for line in rest:
        found = re.fullmatch(r"  (\w+) += (.*)", line)
        if not found:
            continue
        name, value = found.groups()
        if heredoc := re.fullmatch(r"<<-(\w+)", value):
            text = []
            for each in rest:
                if each.strip() == heredoc[1]:
                    break
                text.append(each.strip())
            value = " ".join(text)
        elif value.startswith('"') and value.endswith('"'):
            value = value if name == "default" else unquoted(value)
        yield name, value


def unquoted(text):
    return text[1:-1].replace('\\"', '"').replace("$${", "${").replace("%%{", "%{").replace("\\\\", "\\")


def read(kind):
    found = {}
    for name in sorted(os.listdir(MODULE)):
        if name.endswith(".tf"):
            with open(os.path.join(MODULE, name), encoding="utf-8") as file:
                text = file.read()
            found.update(blocks(kind, text))
            if len(re.findall(rf'^{kind} "', text, re.M)) != len(list(blocks(kind, text))):
                fail(f"terraform/{name}: a {kind} is not as `terraform fmt` lays it out")
    for name, values in found.items():
        if not values.get("description"):
            fail(f"the {kind} {name} has no description")
    return found


def cell(text):
    return text.replace("|", "\\|")


def inputs():
    lines = ["| input | type | default | meaning |", "|---|---|---|---|"]
    variables = read("variable")
    # What must be set comes first; the rest in the order of the alphabet.
    for name in sorted(variables, key=lambda each: ("default" in variables[each], each)):
        values = variables[name]
        default = f"`{values['default']}`" if "default" in values else "**required**"
        lines.append(f"| `{name}` | `{cell(values['type'])}` | {cell(default)} | {cell(values['description'])} |")
    return lines


def outputs():
    lines = ["| output | meaning |", "|---|---|"]
    return lines + [f"| `{name}` | {cell(values['description'])} |" for name, values in sorted(read("output").items())]


def filled(text):
    for name, lines in (("inputs", inputs()), ("outputs", outputs())):
        begin, end = f"<!-- begin {name}: scripts/update-terraform.py writes it -->", f"<!-- end {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            fail(f"terraform/README.md has no place for the {name}")
        head, rest = text.split(begin)
        tail = rest.split(end)[1]
        text = "\n".join([head + begin, "", *lines, "", end]) + tail
    return text


def main():
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        print(f"Usage: scripts/update-terraform.py [--check]\n\n{__doc__.strip()}")
        return 0
    if arguments not in ([], ["--check"]):
        print(f"update-terraform: error: unknown argument: {arguments[-1]}", file=sys.stderr)
        return 2
    with open(DOCUMENT, encoding="utf-8") as file:
        old = file.read()
    new = filled(old)
    if old == new:
        return 0
    if arguments:
        sys.stdout.writelines(difflib.unified_diff(
            old.splitlines(True), new.splitlines(True), "terraform/README.md", "terraform/README.md as the module has it"))
        fail("run scripts/update-terraform.py and commit what it writes")
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(new)
    print("update-terraform: wrote terraform/README.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
