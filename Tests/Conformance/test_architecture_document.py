"""docs/architecture.md shows the targets of Package.swift; what it and the other documents point at exists."""
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from documented import DOCUMENTS, ROOT

DOCUMENT = Path("docs") / "architecture.md"
SCRIPT = Path("scripts") / "update-architecture.sh"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for file in (Path("Package.swift"), DOCUMENT, SCRIPT):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    return tmp_path


def update(package: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([package / SCRIPT, *arguments], capture_output=True, text=True, timeout=120)


def edit(file: Path, old: str, new: str):
    text = file.read_text()
    assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
    file.write_text(text.replace(old, new))


def test_the_drawing_agrees(package: Path):
    assert update(package, "--check").returncode == 0


@pytest.mark.parametrize("file,old,new", [
    ("Package.swift", 'library("SigV4", [', 'library("Novelty", []),\n    library("SigV4", ["Novelty", '),
    ("docs/architecture.md", "  bootstrap --> Bridge & CStart\n", ""),
    ("docs/architecture.md", '  Clock["Clock"]\n', '  Clock["Clock"]\n  Attic["Attic"]\n'),
])
def test_a_difference_fails_and_is_repaired(package: Path, file: str, old: str, new: str):
    edit(package / file, old, new)
    before = (package / DOCUMENT).read_text()
    found = update(package, "--check")
    assert found.returncode == 1 and "does not show Package.swift" in found.stderr
    assert (package / DOCUMENT).read_text() == before
    assert update(package).returncode == 0
    assert update(package, "--check").returncode == 0
    assert ("Novelty" in (package / DOCUMENT).read_text()) == (file == "Package.swift")


def test_without_markers_it_fails(package: Path):
    edit(package / DOCUMENT, "<!-- end targets -->", "")
    assert update(package).returncode == 1


# A name in a list of "How to add" that stands for the one to be added.
PLACEHOLDERS = {"cfbridge/NameCommand.swift", "CloudFrontModel/Thing.swift", "CloudFrontAPI/Thing+XML.swift"}


def test_the_files_it_names_exist():
    text = (ROOT / DOCUMENT).read_text().split("## Where the rules stand")[1]
    named = set(re.findall(r"`((?:\w+/)+[\w+]+\.\w+)`", text)) - PLACEHOLDERS
    assert len(named) > 30
    missing = [name for name in sorted(named) if not (ROOT / "Sources" / name).exists() and not (ROOT / name).exists()]
    assert missing == []


def test_the_files_to_start_reading_at_exist():
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+)(?: \(pure\))? \|.*\| ((?:`[\w/+.]+`(?:, )?)*) \|$",
                      (ROOT / DOCUMENT).read_text(), re.M)
    assert len(rows) > 20
    missing = [f"{room}/{file}" for rooms, files in rows for room in re.findall(r"\w+", rooms)
               for file in re.findall(r"`([^`]+\.\w+)`", files) if file != "shim.h"
               and not (ROOT / "Sources" / room / file).exists()]
    assert missing == []


def test_every_room_has_its_row():
    text = (ROOT / DOCUMENT).read_text()
    rooms = {folder.name for folder in (ROOT / "Sources").iterdir() if folder.is_dir()}
    rows = "".join(re.findall(r"^\| (`.*?) \|", text, re.M))
    assert rooms - set(re.findall(r"`(\w+)`", rows)) == set()


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_link_leads_somewhere(document: Path):
    wrong = []
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        name, _, anchor = link.partition("#")
        target = (document.parent / name).resolve() if name else document
        if not link.startswith("https://") and (
                not target.exists() or anchor and anchor not in anchors(target)):
            wrong.append(link)
    assert wrong == []
