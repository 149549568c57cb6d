#!/usr/bin/env python3
"""Checks prose against docs/STYLE.md: phrases to avoid, and lines of documents over 120 columns.

Reads the documents, the comments and strings of Swift and Python, and the comments, strings and usage texts
of shell scripts. What stands in code blocks, code spans and generated sections of documents is left out.
With --self-test, seeds a violation of every rule in memory and requires that it is reported.
"""

import argparse
import io
import os
import re
import subprocess
import sys
import tokenize

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COLUMNS = 120
STYLE = "docs/STYLE.md"

# What each rule finds, and what to write instead.
PHRASES = {
    "so many": (r"\bso\s+many\b", "say the number"),
    "as far as": (r"\bas\s+far\s+as\b", "say 'where' or 'if'"),
    "comes again": (r"\b(?:come|comes|came|coming)\s+again\b", "say who does it again"),
    "what … of it": (r"\bwhat\b[^.,:;!?|]{0,60}\bof\s+(?:it|them)\b(?=\s*[.,:;!?|)]|\s*$)", "use the noun"),
    "behind": (r"\bbehind\b", "say 'after', 'past' or the noun"),
    "holds": (r"\bholds\b", "say 'contains', 'has' or 'applies'"),
}

# The same words in their own sense: a place, something left, and a verb that has another meaning.
INNOCENT = re.compile(
    r"\bbehind\s+(?:CloudFront|an?\s+(?:\w+\s+)?(?:proxy|distribution))\b"
    r"|\b(?:leav\w+|left)\b[^.;:]{0,30}\bbehind\b|\bholds\s+back\b", re.IGNORECASE)

# Rooms and files whose prose was written before the rules: none is left. An entry without a violation fails.
TO_DO = ()


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def markdown_prose(text):
    """The sentences of a document, without code and without what a script writes."""
    generated = r"<!-- (?:begin )?([\w-]+)[^>]*-->.*?<!-- (?:/|end )\1 -->"
    text = re.sub(generated, lambda found: blank(found[0]), text, flags=re.S)
    text = re.sub(r"^[ ]*```.*?^[ ]*```[ ]*$", lambda found: blank(found[0]), text, flags=re.M | re.S)
    return re.sub(r"(`+)[^`]+\1", lambda found: blank(found[0]), text)


def swift_prose(text):
    """Comments and strings, without the code between them and inside interpolations."""
    out, at, end = [], 0, len(text)
    opening = re.compile(r'(#*)("""|")')

    def code(closing):
        nonlocal at
        depth = 0
        while at < end:
            found = opening.match(text, at)
            if text.startswith("//", at):
                stop = text.find("\n", at)
                stop = end if stop < 0 else stop
                keep(text[at:stop])
            elif text.startswith("/*", at):
                stop = text.find("*/", at)
                keep(text[at:end if stop < 0 else stop + 2])
            elif found:
                string(*found.groups())
            else:
                depth += {"(": 1, ")": -1}.get(text[at], 0) if closing else 0
                if depth < 0:
                    return
                skip(1)

    def keep(piece):
        nonlocal at
        out.append(re.sub(r"/{2,3}|/\*|\*/|`[^`\n]*`", lambda found: " " * len(found[0]), piece))
        at += len(piece)

    def skip(count):
        nonlocal at
        out.append(blank(text[at:at + count]))
        at += count

    def string(hashes, quote):
        nonlocal at
        closing, escape = quote + hashes, "\\" + hashes
        skip(len(hashes) + len(quote))
        while at < end and not text.startswith(closing, at):
            if text.startswith(escape + "(", at):
                skip(len(escape) + 1)
                code(True)
                skip(1)
            elif text.startswith(escape, at):
                skip(len(escape) + 1)
            else:
                out.append(text[at])
                at += 1
        skip(len(closing))

    code(False)
    return "".join(out)


def shell_prose(text):
    """Comments, here documents and quoted texts of several words."""
    out, ending = [], None
    for line in text.split("\n"):
        opens = re.search(r"<<-?\s*['\"]?(\w+)['\"]?", line)
        if ending is not None:
            out.append(line)
            ending = None if line.strip() == ending else ending
        elif line.lstrip().startswith("#"):
            out.append(line.replace("#", " "))
        else:
            kept = [" "] * len(line)
            for found in re.finditer(r"'[^']* [^']*'|\"[^\"]* [^\"]*\"|\s# .*", line):
                kept[found.start():found.end()] = found[0]
            out.append("".join(kept))
            ending = opens[1] if opens else None
    return "\n".join(out)


def python_prose(text):
    """Comments and strings."""
    lines = [[" "] * len(line) for line in text.split("\n")]
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in (tokenize.COMMENT, tokenize.STRING) or token.type == getattr(tokenize, "FSTRING_MIDDLE", -1):
            (row, column), _ = token.start, token.end
            for number, piece in enumerate(token.string.split("\n")):
                start = column if number == 0 else 0
                lines[row - 1 + number][start:start + len(piece)] = piece.replace("#", " ")
    return "\n".join("".join(line) for line in lines)


READERS = {".md": markdown_prose, ".swift": swift_prose, ".sh": shell_prose, ".py": python_prose}
# This file spells the phrases.
ITSELF = "scripts/check-prose.py"


def reader(path):
    # Decisions are records of their day; tests have their own readers.
    if path == ITSELF or path.startswith(("docs/decisions/", "Tests/")):
        return None
    kind = os.path.splitext(path)[1]
    if kind == ".md":
        return READERS[kind]
    if path == ".ci/run":
        return shell_prose
    return READERS.get(kind) if path.startswith(("Sources/", "Benchmarks/", "scripts/")) else None


def check_phrases(path, text):
    read = reader(path)
    if not read:
        return
    prose = INNOCENT.sub(lambda found: blank(found[0]), read(text))
    for name, (pattern, advice) in PHRASES.items():
        # A phrase may go over the end of a line, hence \s in the patterns.
        for found in re.finditer(pattern, prose, re.IGNORECASE):
            yield f"{path}:{line_of(prose, found.start())}: \"{name}\": {advice} ({STYLE})"


def check_columns(path, text):
    """Rows of tables, code blocks and lines that are one long word can't be broken."""
    if not path.endswith(".md") or not reader(path):
        return
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced and not line.lstrip().startswith("|") and len(line) > COLUMNS and " " in line.strip():
            yield f"{path}:{number}: {len(line)} columns; a line of prose has at most {COLUMNS}"


def violations(files):
    for path, text in sorted(files.items()):
        yield from check_phrases(path, text)
        yield from check_columns(path, text)


def is_to_do(path, to_do):
    return any(path == entry or (entry.endswith("/") and path.startswith(entry)) for entry in to_do)


def check(files, to_do=TO_DO):
    """Every violation outside the list of what is still to do, and every entry of it that is done."""
    found = list(violations(files))
    dirty = [each.split(":", 1)[0] for each in found]
    problems = [each for each, path in zip(found, dirty) if not is_to_do(path, to_do)]
    for entry in to_do:
        if entry.endswith(".md"):
            problems.append(f"{ITSELF}: {entry} is a document: none may wait")
        if not any(is_to_do(path, [entry]) for path in dirty):
            problems.append(f"{ITSELF}: {entry} has no violation any more: take it off TO_DO")
    return problems


def load_files():
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE)
    files = {}
    for path in filter(None, listing.stdout.decode().split("\0")):
        if reader(path) and os.path.isfile(os.path.join(ROOT, path)):
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                files[path] = file.read()
    return files


# A path, its text, and the rule that has to report it; None for what no rule may report.
SEEDS = [
    ("docs/seed.md", "After so many it stops.\n", "so many"),
    ("README.md", "It does so as far\nas it can.\n", "as far as"),
    ("docs/seed.md", "- A message comes again.\n", "comes again"),
    ("docs/seed.md", "It sends what is left of it.\n", "what … of it"),
    ("docs/seed.md", "No call starts behind the deadline.\n", "behind"),
    ("terraform/README.md", "The package holds one file.\n", "holds"),
    ("docs/seed.md", "word " * 25 + "\n", "columns"),
    ("Sources/Seed/A.swift", "/// Waits as far as there is time.\nlet a = 1\n", "as far as"),
    ("Sources/Seed/A.swift", "/// Waits as far\n/// as there is time.\nlet a = 1\n", "as far as"),
    ("Sources/Seed/A.swift", 'logger.info("So many \\(count) are left")\n', "so many"),
    ("Sources/Seed/A.swift", 'let text = """\n  "\\(f(")"))" comes again\n  """\n', "comes again"),
    ("scripts/seed.sh", "cat <<EOF\nPrints what is left of it.\nEOF\n", "what … of it"),
    ("scripts/seed.sh", "# The folder holds all.\ntrue\n", "holds"),
    ("scripts/seed.sh", "die 'the entry stands behind the others'\n", "behind"),
    ("scripts/seed.py", '"""Prints\nwhat comes again."""\n', "comes again"),
    ("scripts/seed.py", "pass  # behind the others\n", "behind"),
    ("Sources/Seed/A.swift", 'let holds = a.holds(behind: "\\(holds ? so : many)")\n', None),
    ("Sources/Seed/A.swift", "/// `holds` is true on a bucket behind CloudFront; a file that was\n/// left behind.\n", None),
    ("Sources/Seed/A.swift", "/// A reader must not leave a child process behind.\n", None),
    ("Sources/Seed/A.swift", "/// Left. The child stands behind it.\n", "behind"),
    ("docs/seed.md", "`so many`\n\n```\nit comes again\n```\n", None),
    ("docs/seed.md", "<!-- seed -->\nIt holds.\n<!-- /seed -->\n", None),
    ("docs/seed.md", "<!-- begin seed: a table -->\nIt holds.\n<!-- end seed -->\n", None),
    ("docs/seed.md", "<!-- seed -->\nA table.\n<!-- /seed -->\nIt holds.\n<!-- /seed -->\n", "holds"),
    ("docs/seed.md", "| " + "cell " * 30 + "|\n\n```\n" + "x " * 100 + "\n```\n<https://" + "a" * 130 + ">\n", None),
    ("docs/seed.md", "One bad message holds back nothing. What kind of items are they?\n", None),
    ("scripts/seed.sh", "behind=1\nholds \"$behind\"\n", None),
    ("docs/decisions/0001-seed.md", "It holds.\n", None),
    ("Tests/Seed/A.swift", "// It holds.\n", None),
    ("Tests/README.md", "word " * 30 + "\n", None),
]


def self_test():
    wrong = []
    for path, text, rule in SEEDS:
        found = check({path: text}, ())
        if (not found) if rule else found:
            wrong.append(f"{path}: {text!r}: {'not reported: ' + rule if rule else found}")
        elif rule and not all(rule in each for each in found):
            wrong.append(f"{path}: {text!r}: another rule: {found}")
    for rule in [*PHRASES, "columns"]:
        if rule not in {seeded for _, _, seeded in SEEDS}:
            wrong.append(f"no seed for {rule}")
    # The list of what is to do: a clean entry and a document fail, a listed violation does not.
    listed = {"Sources/Seed/A.swift": "// It holds.\n"}
    if check(listed, ("Sources/Seed/",)):
        wrong.append("a listed room is reported")
    if not check(listed, ("Sources/Seed/", "Sources/Other/")) or not check(listed, ("Sources/Se",)):
        wrong.append("an entry without a violation is not reported")
    if not check({"docs/seed.md": "It holds.\n"}, ("docs/seed.md",)):
        wrong.append("a document may wait")
    # The style and this file name the same phrases.
    with open(os.path.join(ROOT, STYLE), encoding="utf-8") as file:
        rows = re.findall(r"^\| (`.*?) \|", file.read(), re.M)
    named = {phrase for row in rows for phrase in re.findall(r"`([^`]+)`", row)}
    if not set(PHRASES) <= named:
        wrong.append(f"{STYLE} does not name {sorted(set(PHRASES) - named)}")
    for phrase in named - {"what … of it"}:
        if not check({"docs/seed.md": f"It {phrase} here.\n"}, ()):
            wrong.append(f"{STYLE} names {phrase}, which no rule finds")
    return wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--self-test", action="store_true", help="seed a violation of every rule")
    parser.add_argument("--all", action="store_true", help="report also what the list of TO_DO excuses")
    arguments = parser.parse_args()
    if arguments.self_test:
        problems = self_test()
    elif arguments.all:
        problems = list(violations(load_files()))
    else:
        problems = check(load_files())
    for problem in problems:
        print(problem, file=sys.stderr)
    if problems:
        sys.exit(f"check-prose: {len(problems)} violations")
    print("check-prose: every seed was found" if arguments.self_test else "check-prose: no violation")


if __name__ == "__main__":
    main()
