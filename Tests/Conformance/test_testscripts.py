"""What a person sees of cfbridge: the scripts of Tests/testscripts, and the README's sample, which is one of them."""
import os
import re
import shutil
import subprocess
import sys

import pytest

import testscripts
from documented import ROOT
from product import INHERITED, built
from testscripts import SCRIPTS, Script, ScriptError, difference, with_placeholders

ALL = sorted(SCRIPTS.glob("*.txt"))
# Lines for programs, which are as long as they are.
FOR_PROGRAMS = re.compile(r"--json|completion-script|cfbridge policy")


@pytest.fixture(scope="module", autouse=True)
def programs():
    built("cfbridge")
    built("bootstrap")


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_it_prints_what_the_script_says(path):
    change = difference(path)
    assert not change, f"\n{change}\nWhere this is meant: scripts/update-testscripts.sh"


def test_every_kind_of_envelope_and_every_subcommand_has_a_script():
    names = {path.stem for path in ALL}
    assert {"plan-s3", "plan-sqs", "plan-sns", "plan-eventbridge", "plan-request", "plan-unrecognized"} <= names
    help_text = Script.parse((SCRIPTS / "help.txt").read_text()).expected["stdout"]
    subcommands = re.findall(r"^  ([a-z]+)  ", help_text.split("SUBCOMMANDS:")[1], re.M)
    assert len(subcommands) >= 5
    assert {f"help-{name}" for name in subcommands} <= names


@pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)
def test_nothing_breaks_inside_a_word_at_80_columns(path):
    script = Script.parse(path.read_text())
    if FOR_PROGRAMS.search(script.commands):
        return
    text = script.expected.get("stdout", "") + script.expected.get("stderr", "")
    for line in text.replace("{PORT}", "65535").splitlines():
        # A word that is longer than the line stands alone, with its label at most.
        assert len(line) <= 80 or (len(line.split()) <= 2 and len(line.split()[-1]) > 80 - len("  change   ")), line


def test_one_of_something_is_no_plural():
    wrong = [(path.name, found) for path in sorted(SCRIPTS.glob("*.txt"))
             for stream in ("stdout", "stderr")
             for found in re.findall(r"(?<![\w.,:-])1 [a-z]{3,}s\b", Script.parse(path.read_text()).expected.get(stream, ""))]
    assert wrong == []


def sample_of_the_readme() -> str:
    section = (ROOT / "README.md").read_text().split("## What you will see", 1)[1]
    return re.search(r"^```\n(.*?)^```$", section, re.M | re.S)[1]


def test_the_sample_of_the_readme_is_what_replay_prints():
    expected = Script.parse((SCRIPTS / "replay.txt").read_text()).expected["stdout"]
    _, replay, closing = expected.split("\n\n")
    assert with_placeholders(sample_of_the_readme()) == replay + "\n"
    assert closing.startswith("1 event, 1 invalidation")


def test_the_script_that_updates_them_builds_both_programs_first(tmp_path):
    """They are built already, with other flags, so a stand-in for Swift only notes what is asked of it."""
    (tmp_path / "swift").write_text(f'#!/bin/sh\necho "$*" >>"{tmp_path}/asked"\n')
    (tmp_path / "swift").chmod(0o755)
    done = subprocess.run(
        [ROOT / "scripts" / "update-testscripts.sh", "--check"], text=True, capture_output=True, check=False,
        env={**INHERITED, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "asked").read_text() == "build --product cfbridge\nbuild --product bootstrap\n"
    assert done.stdout == f"testscripts: {len(ALL)} scripts, 0 differ\n"


# --- the runner itself ---

def test_a_script_survives_being_read_and_written():
    text = "# why\ncfbridge plan a.json\n-- a.json --\n{}\n-- status --\n1\n-- stdout --\nx\n"
    script = Script.parse(text)
    assert str(script) == text
    assert script.commands == "cfbridge plan a.json\n"
    assert script.files == {"a.json": "{}\n"}


@pytest.mark.parametrize("text", ["# a comment alone\n-- status --\n0\n", "true\n-- a --\n-- a --\n"])
def test_a_script_that_makes_no_sense_is_refused(text):
    with pytest.raises(ScriptError):
        Script.parse(text)


@pytest.mark.parametrize("command", ["printf x", "echo '-- status --'"])
def test_output_that_a_script_can_not_hold_is_refused(command, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text(f"{command}\n")
    with pytest.raises(ScriptError):
        difference(path)


@pytest.mark.parametrize("text,expected", [
    ("  took     21.5 ms\n", "  took     {TIME} ms\n"), ('{"milliseconds":5.0,', '{"milliseconds":{TIME},'),
    ("http://127.0.0.1:40123\n", "http://127.0.0.1:{PORT}\n"), (f"{testscripts.PROGRAMS}/bootstrap", "{BIN}/bootstrap"),
    ("took 21.5 ms at 10.0.0.1:80", "took 21.5 ms at 10.0.0.1:80"),
])
def test_only_what_differs_between_runs_is_replaced(text, expected):
    assert with_placeholders(text) == expected


def test_a_difference_fails_the_check_and_is_mended_by_the_update(tmp_path):
    path = shutil.copy(SCRIPTS / "version.txt", tmp_path / "version.txt")
    text = path.read_text()
    path.write_text(text.replace("-- stdout --\n", "-- stdout --\nstale\n"))

    def runner(*arguments):
        return subprocess.run(
            [sys.executable, testscripts.__file__, *arguments, path], text=True, capture_output=True, check=False)

    check = runner("--check")
    assert check.returncode == 1 and "-stale" in check.stdout
    assert "stale" in path.read_text()
    assert runner().returncode == 0
    assert path.read_text() == text
    assert runner("--check").returncode == 0
