#!/usr/bin/env python3
"""Draws the README's picture, once for light pages and once for dark ones, from the project's own figures.

Paths and collateral are those of docs/planning.md, which scripts/bench.sh prints; the number of unchanged
files is the scenario's in Benchmarks/planbench. With --check it writes nothing, and fails when a
picture is not what the figures give.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SCENARIO = "redesign, 2,000 pages"
PRICE = 0.005
WIDTH, ROW, TOP = 840, 84, 92
NAMES, DOLLARS, KEPT = 24, 236, 550  # left edges of the three columns
BAR = 226  # the longest bar
COLORS = {
    "light": {"page": "#ffffff", "text": "#1f2328", "faint": "#59636e", "track": "#eaeef2", "bad": "#cf222e", "good": "#1a7f37"},
    "dark": {"page": "#0d1117", "text": "#f0f6fc", "faint": "#9198a1", "track": "#21262d", "bad": "#f85149", "good": "#3fb950"},
}


def read(name):
    with open(os.path.join(ROOT, name), encoding="utf-8") as file:
        return file.read()


def fail(message):
    sys.exit(f"update-picture: error: {message}")


def table_row(strategy):
    """Billed paths and collateral of a strategy in the scenario."""
    row = re.search(
        rf"^\| {re.escape(SCENARIO)} \| {re.escape(strategy)} \| (\d+) \| \$[\d.]+ \| \d+ \| (\d+) \|", read("docs/planning.md"), re.M)
    if not row:
        fail(f"docs/planning.md has no row: {SCENARIO}, {strategy}")
    return int(row[1]), int(row[2])


def unchanged_files():
    """The files of the scenario that don't change."""
    text = read("Benchmarks/planbench/Scenario+Set.swift")
    found = re.search(
        r"static var redesign.*?sections = \(1\.\.\.(\d+)\).*?unchanged: sections\.flatMap [^\n]*\(1\.\.\.(\d+)\)"
        r".*?\(1\.\.\.(\d+)\)[^\n]*\(1\.\.\.(\d+)\)", text, re.S)
    if not found:
        fail("Benchmarks/planbench/Scenario+Set.swift: the scenario is not as it was")
    sections, pictures, downloads, icons = map(int, found.groups())
    return sections * pictures + downloads + icons


def dollars(paths):
    return f"${paths * PRICE:,.3f}".removesuffix("0")


def rows():
    """Title, explanation, billed paths and kept files of each way, the usual ones first."""
    total = unchanged_files()
    each, none = table_row("one path each")
    ours, hit = table_row("ours, threshold 10")
    if none != 0 or not 0 <= hit <= total:
        fail("the figures contradict each other")
    return total, [
        ("A path for each URL", "the usual function", each, total),
        ("/*", "the usual last step of a deploy", 1, 0),
        ("s3-cloudfront-bridge", f"{ours} paths and wildcards", ours, total - hit),
    ]


def picture(colors):
    total, ways = rows()
    most = max(paths for _, _, paths, _ in ways)
    height = TOP + ROW * len(ways) + 30
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" '
        'font-family="-apple-system, Segoe UI, Helvetica, Arial, sans-serif">',
        f"<title>A redesign changes 2,000 pages; {total} other files do not change: what the invalidation costs and keeps.</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="8" fill="{colors["page"]}"/>',
    ]

    def text(x, y, words, color, size=15, weight="normal"):
        words = words.replace("&", "&amp;").replace("<", "&lt;")
        lines.append(f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{colors[color]}">{words}</text>')

    def bar(x, y, share, color):
        lines.append(f'<rect x="{x}" y="{y}" width="{BAR}" height="14" rx="7" fill="{colors["track"]}"/>')
        if share > 0:
            lines.append(f'<rect x="{x}" y="{y}" width="{max(round(share * BAR, 1), 4)}" height="14" rx="7" fill="{colors[color]}"/>')

    text(NAMES, 36, f"A redesign changes 2,000 pages. {total} other files stay as they were.", "text", 18, "bold")
    text(DOLLARS, TOP - 18, "CloudFront bills", "faint")
    text(KEPT, TOP - 18, "unchanged files that stay cached", "faint")
    for index, (name, explanation, paths, kept) in enumerate(ways):
        y = TOP + ROW * index
        is_ours = index == len(ways) - 1
        text(NAMES, y + 22, name, "text", 16, "bold" if is_ours else "normal")
        text(NAMES, y + 43, explanation, "faint", 13)
        text(DOLLARS, y + 22, dollars(paths), "text", 20, "bold")
        bar(DOLLARS, y + 33, paths / most, "bad" if paths / most > 0.5 else "good")
        text(KEPT, y + 22, f"{kept} of {total}", "text", 20, "bold")
        bar(KEPT, y + 33, kept / total, "bad" if kept / total < 0.5 else "good")
    text(NAMES, height - 16, "List price beyond an account's 1,000 free paths a month. Scenario and figures: docs/planning.md.", "faint", 12)
    return "\n".join([*lines, "</svg>"]) + "\n"


def main():
    arguments = sys.argv[1:]
    if arguments in (["-h"], ["--help"]):
        print(f"Usage: scripts/update-picture.py [--check]\n\n{__doc__.strip()}")
        return 0
    if arguments not in ([], ["--check"]):
        print(f"update-picture: error: unknown argument: {arguments[-1]}", file=sys.stderr)
        return 2
    for name, colors in COLORS.items():
        path, new = os.path.join(ROOT, "docs", "pictures", f"{name}.svg"), picture(colors)
        old = ""
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                old = file.read()
        if old == new:
            continue
        if arguments:
            fail(f"docs/pictures/{name}.svg is not what the figures give: run scripts/update-picture.py and commit what it writes")
        with open(path, "w", encoding="utf-8") as file:
            file.write(new)
        print(f"update-picture: wrote docs/pictures/{name}.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
