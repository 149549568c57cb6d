"""What scripts/release.sh does besides building: refusing, joining, notes; and the bill of materials."""
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from template_translation import ROOT

VERSION = re.search(r'version = "([^"]+)"', (ROOT / "Sources/Bridge/Version.swift").read_text())[1]


def release(*arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run([ROOT / "scripts" / "release.sh", *arguments], capture_output=True, text=True)


def write_sums(folder: Path):
    lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.name}\n" for p in sorted(folder.iterdir()) if p.name != "SHA256SUMS"]
    (folder / "SHA256SUMS").write_text("".join(lines))


@pytest.fixture
def folders(tmp_path) -> list[Path]:
    made = []
    for architecture in ("x86_64", "arm64"):
        folder = tmp_path / architecture
        folder.mkdir()
        (folder / f"bootstrap-{architecture}.zip").write_text(architecture)
        (folder / "s3-cloudfront-bridge-1.2.3.tar.gz").write_text("the same for both")
        write_sums(folder)
        made.append(folder)
    return made


def test_the_files_of_two_architectures_are_joined(folders, tmp_path):
    done = release("--join", *folders, "--output", tmp_path / "all")
    assert done.returncode == 0, done.stderr
    sums = (tmp_path / "all" / "SHA256SUMS").read_text()
    assert done.stdout == sums
    assert [line.split("  ")[1] for line in sums.splitlines()] == [
        "bootstrap-arm64.zip", "bootstrap-x86_64.zip", "s3-cloudfront-bridge-1.2.3.tar.gz"]
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "all").returncode == 0


def test_what_differs_between_the_architectures_is_refused(folders, tmp_path):
    (folders[1] / "s3-cloudfront-bridge-1.2.3.tar.gz").write_text("another")
    write_sums(folders[1])
    done = release("--join", *folders, "--output", tmp_path / "all")
    assert done.returncode == 1 and "s3-cloudfront-bridge-1.2.3.tar.gz differs between the architectures" in done.stderr


def test_what_was_changed_after_it_was_made_is_refused(folders, tmp_path):
    (folders[0] / "bootstrap-x86_64.zip").write_text("changed")
    done = release("--join", *folders, "--output", tmp_path / "all")
    assert done.returncode == 1 and "is not as it was made" in done.stderr


def test_a_folder_with_files_is_not_written_into(folders, tmp_path):
    done = release("--join", *folders, "--output", folders[0])
    assert done.returncode == 2 and "is not empty" in done.stderr


def test_a_tag_that_is_not_the_version_is_refused(tmp_path):
    done = release("--tag", "v99.0.0", "--output", tmp_path / "out")
    assert done.returncode == 2 and f"the tag is v99.0.0, and the sources are {VERSION}" in done.stderr
    assert not (tmp_path / "out").exists()


def test_the_notes_are_the_section_of_the_changelog():
    done = release("--notes", f"v{VERSION}")
    assert done.returncode == 0 and done.stdout.strip()
    section = (ROOT / "docs" / "changelog.md").read_text().split(f"## {VERSION} ", 1)[1].split("\n", 1)[1]
    assert section.strip().startswith(done.stdout.strip())
    assert release("--notes", "v99.0.0").returncode == 1


@pytest.mark.parametrize("arguments", [[], ["--dry-run", "--tag", "v1.2.3"], ["--join"], ["--dry-run", "extra"]])
def test_wrong_usage(arguments):
    assert release(*arguments).returncode == 2


def bill(tmp_path: Path, inputs: str) -> subprocess.CompletedProcess:
    (tmp_path / "bootstrap-x86_64.zip").write_bytes(b"zip")
    (tmp_path / "cfbridge-linux-x86_64.tar.gz").write_bytes(b"tar")
    (tmp_path / "inputs.txt").write_text(inputs)
    return subprocess.run(
        [sys.executable, ROOT / "scripts/release/sbom.py", "1.2.3", "x86_64", "0",
         *(f"{tmp_path / name}={tmp_path / 'inputs.txt'}" for name in ("bootstrap-x86_64.zip", "cfbridge-linux-x86_64.tar.gz"))],
        capture_output=True, text=True)


INPUTS = "Swift version 6.3.1 (swift-6.3.1-RELEASE)\ncurl (source) 7.88.1-10+deb12u15\nlibssl-dev 3.0.19-1\nswift-argument-parser 1.8.2\n"


def test_the_bill_names_what_each_file_links(tmp_path):
    done = bill(tmp_path, INPUTS)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["spdxVersion"] == "SPDX-2.3" and document["creationInfo"]["created"] == "1970-01-01T00:00:00Z"
    versions = {package["name"]: package["versionInfo"] for package in document["packages"]}
    assert versions == {
        "bootstrap-x86_64.zip": "1.2.3", "cfbridge-linux-x86_64.tar.gz": "1.2.3", "swift": "6.3.1",
        "curl": "7.88.1-10+deb12u15", "libssl-dev": "3.0.19-1", "swift-argument-parser": "1.8.2"}
    links = {(r["spdxElementId"], r["relatedSpdxElement"]) for r in document["relationships"] if r["relationshipType"] == "STATIC_LINK"}
    assert ("SPDXRef-cfbridge-linux-x86-64.tar.gz", "SPDXRef-component-swift-argument-parser") in links
    assert ("SPDXRef-bootstrap-x86-64.zip", "SPDXRef-component-curl") in links
    assert ("SPDXRef-bootstrap-x86-64.zip", "SPDXRef-component-swift-argument-parser") not in links
    identifiers = [package["SPDXID"] for package in document["packages"]]
    assert len(set(identifiers)) == len(identifiers) and all(re.fullmatch(r"SPDXRef-[A-Za-z0-9.-]+", i) for i in identifiers)


def test_a_component_that_the_bill_does_not_know_is_an_error(tmp_path):
    done = bill(tmp_path, INPUTS + "libnew-dev 1.0\n")
    assert done.returncode == 1 and "libnew-dev is linked" in done.stderr


def test_the_bill_knows_what_the_arm64_package_links():
    rows = [line.split()[0] for line in (ROOT / "scripts/arm64-inputs.txt").read_text().splitlines() if not line.startswith("#")]
    sys.path.insert(0, str(ROOT / "scripts" / "release"))
    try:
        import sbom
    finally:
        sys.path.pop(0)
    linked = re.search(r"sed -n -E 's/\^\((.*?)\) \[\^ \]", (ROOT / "scripts/build.sh").read_text())
    assert linked, "scripts/build.sh lists what it linked in another way"
    named = [row for row in rows if row.endswith("-dev") and row not in ("libgcc-14-dev", "linux-libc-dev") or row == "swiftlang"]
    assert named and set(named) <= set(sbom.COMPONENTS)
