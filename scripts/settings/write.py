#!/usr/bin/env python3
"""Writes documents, template and Terraform module from the table of settings.

Reads what `cfbridge settings --deployment` prints on standard input. In a file that people write
too, only what stands between "begin settings: NAME" and "end settings" is replaced. With --check
it writes nothing, shows the difference, and fails when there is one. scripts/update-settings.sh
calls it.
"""
import difflib
import json
import re
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WIDTH = 100


def number(value: float) -> str:
    return str(int(value) if value == int(value) else value)


class Setting:
    """A setting with its texts for each place."""

    def __init__(self, row: dict, names: dict[str, dict]):
        self.row = row
        self.names = names

    def __getattr__(self, name: str):
        return self.row.get(name)

    def description(self, kind: str) -> str:
        """The help, and the reason of a deployment's own default, with settings named as they are there."""
        text = " ".join(filter(None, [self.help, self.reason]))
        if kind == "name":
            return text
        text = self.deployedHelp or text
        return re.sub(r"\b[A-Z]+(?:_[A-Z]+)+\b", lambda m: self.names[m[0]][kind] if m[0] in self.names else m[0], text)

    @property
    def is_number(self) -> bool:
        return self.variableType == "number"

    # --- docs/settings.md ---

    def document_row(self) -> str:
        values = self.type
        if self.minimum is not None:
            values += f" {number(self.minimum)}-{number(self.maximum)}"
        cells = [f"`{self.name}`", values, f"`{self.default}`" if self.default else "unset", self.description("name")]
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    # --- template.yaml ---

    @property
    def parameter_default(self) -> str:
        if self.isWorkQueue:
            return "off"
        return "" if self.fallbackVariable else self.defaultWithQueue or self.default

    @property
    def condition(self) -> str:
        return f"Sets{self.parameter}"

    def parameter_lines(self) -> list[str]:
        is_number = self.minimum is not None and not self.fallbackVariable and self.variableType == "number"
        lines = [f"  {self.parameter}:", f"    Type: {'Number' if is_number else 'String'}", "    Description: >-"]
        lines += textwrap.wrap(self.description("parameter"), WIDTH - 6, initial_indent=" " * 6,
                               subsequent_indent=" " * 6, break_long_words=False, break_on_hyphens=False)
        if is_number:
            lines += [f"    MinValue: {number(self.minimum)}", f"    MaxValue: {number(self.maximum)}"]
        elif self.isWorkQueue:
            lines.append('    AllowedValues: ["on", "off"]')
        elif self.allowed:
            lines.append(f"    AllowedValues: [{', '.join(map(quoted, self.allowed))}]")
        else:
            empty = "empty or " if self.pattern.startswith("^$|") else ""
            lines += [f"    AllowedPattern: {self.pattern}", f"    ConstraintDescription: must be {empty}{self.requirement}"]
        return [*lines, f"    Default: {self.parameter_default if is_number else quoted(self.parameter_default)}"]

    def condition_line(self) -> str | None:
        if self.defaultWithQueue or self.isWorkQueue:  # a queue is its condition
            return None
        return f"  {self.condition}: !Not [!Equals [!Ref {self.parameter}, {json.dumps(self.parameter_default)}]]"

    def environment_line(self) -> str:
        condition, otherwise = self.condition, "!Ref AWS::NoValue"
        if self.isWorkQueue:
            return f"          {self.name}: !If [UseWorkQueue, !GetAtt WorkItemQueue.Arn, {otherwise}]"
        if self.defaultWithQueue:
            condition = "UseQueue"
        if self.fallbackVariable:
            otherwise = f"!Ref {self.fallbackParameter}"
        if self.madeIf:
            otherwise = f"!If [{self.madeIf}, !Ref {self.madeAs}, {otherwise}]"
        return f"          {self.name}: !If [{condition}, !Ref {self.parameter}, {otherwise}]"

    # --- terraform/settings.tf ---

    @property
    def variable_default(self) -> str:
        if self.fallbackVariable:
            return "null"
        if self.isWorkQueue:
            return '"off"'
        value = self.defaultWithQueue or self.default
        if not value:
            return {"list(string)": "[]", "map(list(string))": "{}"}.get(self.variableType, '""')
        return value if self.variableType in ("number", "bool") else literal(value)

    def variable_lines(self) -> list[str]:
        lines = [
            f'variable "{self.variable}" {{', f"  description = {literal(self.description('variable'))}",
            f"  type        = {self.variableType}", f"  default     = {self.variable_default}"]
        if not self.fallbackVariable:
            lines.append("  nullable    = false")
        expression = self.variableCondition
        if self.isWorkQueue:
            expression = 'contains(["on", "off"], VALUE)'
        elif expression is None and self.pattern:
            expression = f"can(regex({literal(self.pattern)}, VALUE))"
        if expression:
            requirement, is_or_empty = self.requirement, self.variableType == "string" and not self.variable_default.strip('"')
            if self.fallbackVariable:
                expression, requirement = f"VALUE == null ? true : {expression}", f"null or {requirement}"
            elif self.isWorkQueue:
                requirement = "on or off"
            elif is_or_empty:
                requirement = f"empty or {requirement}"
            lines += ["", "  validation {", f"    condition     = {self.with_variable(expression)}",
                      f"    error_message = {literal(f'Must be {requirement}.')}", "  }"]
        return [*lines, "}"]

    def with_variable(self, expression: str) -> str:
        return re.sub(r"\bVALUE\b", f"var.{self.variable}", expression)

    def local_value(self) -> str:
        if self.fallbackVariable:
            return f"tostring(local.{self.variable})"
        if self.isWorkQueue:
            return "local.hands_on ? aws_sqs_queue.work[0].arn : null"
        text = self.with_variable(self.variableText)
        if self.defaultWithQueue:
            return f"local.queued ? {text} : null"
        is_default = (f"length(var.{self.variable}) == 0" if self.variable_default in ("[]", "{}")
                      else f"var.{self.variable} == {self.variable_default}")
        value = f"{is_default} ? null : {text}"
        return f"{self.moduleMadeIf} ? {self.moduleMadeAs} : ({value})" if self.madeIf else value


def quoted(text: str) -> str:
    """A YAML scalar; quoted where it would be something else than text or two values."""
    is_plain = re.fullmatch(r"[A-Za-z][A-Za-z.-]*", text) and text not in ("on", "off", "true", "false", "yes", "no", "null")
    return text if is_plain else json.dumps(text)


def literal(text: str) -> str:
    """A string in Terraform's language."""
    return json.dumps(text, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def grouped(settings: list[Setting]) -> dict[str, list[Setting]]:
    groups: dict[str, list[Setting]] = {}
    for setting in settings:
        groups.setdefault(setting.group, []).append(setting)
    return groups


def blocks(settings: list[Setting]) -> dict[str, list[str]]:
    """The lines of each marked block, by its name."""
    tables: list[str] = []
    for group, members in grouped(settings).items():
        tables += [f"## {group}", "", "| Setting | Values | Default | Meaning |", "|---|---|---|---|"]
        tables += [*(setting.document_row() for setting in members), ""]
    return {
        "tables": tables[:-1],
        **{f"group {group}": [f"          - {s.parameter}" for s in members] for group, members in grouped(settings).items()},
        "labels": [f"      {s.parameter}: {{ default: {s.label} }}" for s in settings],
        "parameters": [line for s in settings for line in s.parameter_lines()],
        "conditions": list(filter(None, (s.condition_line() for s in settings))),
        "environment": [s.environment_line() for s in settings],
    }


def fill(text: str, contents: dict[str, list[str]], used: set[str]) -> str:
    lines: list[str] = []
    is_replaced = False
    for line in text.splitlines():
        if begin := re.search(r"begin settings: ([\w ]+?)(?: -->)?$", line):
            if begin[1] not in contents:
                sys.exit(f"update-settings: error: there is nothing to write for the block: {begin[1]}")
            used.add(begin[1])
            lines += [line, *contents[begin[1]]]
            is_replaced = True
        elif "end settings" in line:
            lines.append(line)
            is_replaced = False
        elif not is_replaced:
            lines.append(line)
    if is_replaced:
        sys.exit("update-settings: error: a block has no end")
    return "\n".join(lines) + "\n"


def module(settings: list[Setting]) -> str:
    lines = ["# Written by scripts/update-settings.sh, which CI compares: change the table of settings instead.", ""]
    for setting in settings:
        lines += [*setting.variable_lines(), ""]
    shared = [setting for setting in settings if setting.fallbackVariable]
    names = max(len(setting.name) for setting in settings)
    lines += ["locals {"]
    for setting in shared:
        lines += [
            f"  # {setting.reason}",
            f"  {setting.variable} = var.{setting.variable} == null ? var.{setting.fallbackVariable} : var.{setting.variable}",
            ""]
    lines += [
        "  # The function's environment. Null, and left out, is what the function does by itself.", "  settings = {",
        *(f"    {setting.name:{names}} = {setting.local_value()}" for setting in settings), "  }", "}"]
    return "\n".join(lines) + "\n"


def main() -> int:
    rows = json.load(sys.stdin)
    names = {row["name"]: row for row in rows}
    settings = [Setting(row, names) for row in rows]
    contents, used = blocks(settings), set()
    written = {name: fill((ROOT / name).read_text(), contents, used) for name in ("docs/settings.md", "template.yaml")}
    written["terraform/settings.tf"] = module(settings)
    if missing := sorted(set(contents) - used):
        sys.exit(f"update-settings: error: no file has the block: {', '.join(missing)}")
    changed = False
    for name, text in written.items():
        path = ROOT / name
        old = path.read_text() if path.exists() else ""
        if old == text:
            continue
        changed = True
        if "--check" in sys.argv[1:]:
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(True), text.splitlines(True), name, f"{name} as the table has it"))
        else:
            path.write_text(text)
            print(f"update-settings: wrote {name}")
    if changed and "--check" in sys.argv[1:]:
        print("update-settings: error: run scripts/update-settings.sh and commit what it writes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
