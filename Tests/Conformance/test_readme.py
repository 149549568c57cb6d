"""The README is a shop window: short, with figures that other documents measured and links that lead somewhere."""
import re
import subprocess

import pytest

from documented import DOCUMENTS, table_after
from template_translation import ROOT, environment

README = ROOT / "README.md"
TEXT = README.read_text()
SCENARIO = "redesign, 2,000 pages"


def test_it_is_short_and_begins_with_the_commands():
    lines = TEXT.splitlines()
    assert len(lines) <= 120
    first_screen = "\n".join(lines[:25])
    assert "scripts/demo.sh" in first_screen and "scripts/test.sh" in first_screen


def comparison() -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in table_after("strategies.", README)}


def strategy(name: str) -> tuple[str, str]:
    """Price and collateral of a strategy, as docs/planning.md has them."""
    (row,) = [row for row in table_after("did not change.\n\n", ROOT / "docs" / "planning.md") if row[:2] == [SCENARIO, name]]
    return row[3], row[5]


def test_the_comparison_has_the_figures_of_the_benchmark():
    usual, s3deploy, ours = map(strategy, ("one path each", "level by level at 8", "ours, threshold 10"))
    assert comparison()["bill of the redesign above"] == [usual[0], "$0.005", s3deploy[0], ours[0]]
    forgotten = comparison()["unchanged files that it forgets"]
    assert forgotten[0] == f"{usual[1]} of {forgotten[1]}"
    assert forgotten[2:] == [s3deploy[1], ours[1]]
    assert f"of {forgotten[1]}." in TEXT  # the picture's


@pytest.mark.parametrize(("quoted", "measured"), [
    ("cold start, CPU", "cold start, CPU, ms"),
    ("memory at its peak", "peak memory, TLS, configured, MB"),
])
def test_the_figures_are_the_measured_ones(quoted, measured):
    text = (ROOT / "docs" / "performance.md").read_text()
    row = re.search(rf"^\| {re.escape(measured)} \| (.*) \|$", text, re.M)[1].split(" | ")
    python, ours = (float(row[column].replace(",", "")) for column in (3, 4))
    shown = [float(re.match(r"[\d.,]+", cell)[0].replace(",", "")) for cell in comparison()[quoted] if cell != "–"]
    assert shown[0] == pytest.approx(python, rel=0.05) and shown[1] == pytest.approx(ours, rel=0.05)


def test_the_six_settings_exist():
    rows = table_after("all of them.", README)
    assert len(rows) == 6
    assert {row[0].strip("`") for row in rows} <= set(environment())


def test_the_picture_is_what_the_figures_give():
    done = subprocess.run([ROOT / "scripts" / "update-picture.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_files_and_headings(document):
    broken = []
    text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)
    for target in re.findall(r'\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"', text):
        target = "".join(target)
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        path = (document.parent / file).resolve() if file else document
        if not path.exists() or (anchor and anchor not in anchors(path.read_text())):
            broken.append(target)
    assert broken == []


def anchors(text: str) -> set[str]:
    """The names that GitHub gives to headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in re.findall(r"^#+ +(.*)$", text, re.M)}


def test_the_index_names_every_document():
    index = (ROOT / "docs" / "README.md").read_text()
    missing = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md" and f"({path.name})" not in index]
    assert missing == []
