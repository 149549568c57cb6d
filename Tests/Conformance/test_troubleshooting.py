"""docs/troubleshooting.md walks through the eight troubles, each with the output of its test script."""
import re

from documented import ROOT, sections
from testscripts import SCRIPTS, Script, with_placeholders

DOCUMENT = (ROOT / "docs" / "troubleshooting.md").read_text()
TROUBLES = re.findall(
    r'name: "([\w-]+)",\s*symptom: "([^"]+)"',
    "".join(path.read_text() for path in sorted((ROOT / "Sources/cfbridge/Doctor/Viewer").glob("*.swift"))))


def script(name: str) -> Script:
    return Script.parse((SCRIPTS / f"doctor-url-{name}.txt").read_text())


def test_each_trouble_has_its_section_with_its_symptom_and_its_real_output():
    assert len(TROUBLES) == 8
    pieces = {piece.splitlines()[0].removeprefix("## "): piece for piece in sections(DOCUMENT) if piece.startswith("## ")}
    assert set(pieces) == {symptom for _, symptom in TROUBLES}
    for name, symptom in TROUBLES:
        [shown] = re.findall(r"^```\n(.*?)^```$", pieces[symptom], re.M | re.S)
        expected = script(name).expected
        assert with_placeholders(shown) == expected["stdout"], name
        assert f"  {name}  " in shown and expected["status"] == "1\n"


def test_two_troubles_at_once_are_two_findings():
    found = re.findall(r'"check":"([\w-]+)"', script("two-troubles").expected["stdout"])
    assert found == ["browser-cache", "old-version"]


def test_a_healthy_page_has_no_finding():
    expected = script("healthy").expected
    assert expected["status"] == "0\n" and "evidence" not in expected["stdout"]


def test_the_readme_shows_the_line_of_audit():
    [line] = re.findall(r"^cfbridge audit +# (.*)$", (ROOT / "README.md").read_text(), re.M)
    printed = Script.parse((SCRIPTS / "audit.txt").read_text()).expected["stdout"]
    assert line in " ".join(printed.split())


def test_the_table_of_symptoms_has_each_trouble_once():
    rows = re.findall(r"^\| ([^|`]+) \| `([\w-]+)` \|", DOCUMENT, re.M)
    assert sorted((name, symptom) for symptom, name in rows) == sorted(TROUBLES)


def test_somebody_with_a_symptom_finds_the_command():
    """From the README, the index, the tool's own overview and the command's help."""
    readme = (ROOT / "README.md").read_text()
    assert "cfbridge doctor --url" in readme and "docs/troubleshooting.md" in readme
    assert "(troubleshooting.md)" in (ROOT / "docs" / "README.md").read_text()
    for name in ("help", "help-doctor", "usage-no-command"):
        assert "page is old, slow or refused" in Script.parse((SCRIPTS / f"{name}.txt").read_text()).expected["stdout"], name
