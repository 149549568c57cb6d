"""Each command that the documents print is executed by something, or the text beside it says that it is not."""
import re
from pathlib import Path

import pytest

from documented import ROOT, Command, all_commands, block_commands, is_command, sections

TABLE = Path(__file__).with_name("documented_commands.txt")
NOT_RUN = "not run in CI"


def evidence() -> dict[str, str]:
    rows = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    pairs = [row.rsplit(" => ", 1) for row in rows]
    assert len({command for command, _ in pairs}) == len(rows), "a command stands twice in the table"
    return dict(pairs)


EVIDENCE = evidence()
COMMANDS = all_commands()


def row_of(command: Command) -> str | None:
    """Its row in the table; a row that ends in … is the beginning of a long command."""
    for row in EVIDENCE:
        if row == command.text or (row.startswith("for ") and command.text.startswith(row.rstrip("…"))):
            return row
    return None


def test_every_command_of_the_documents_is_in_the_table():
    missing = [f"{c.document.name}: {c.text}" for c in COMMANDS if row_of(c) is None]
    assert missing == []


def test_every_row_of_the_table_is_a_command_of_the_documents():
    assert set(EVIDENCE) - {row_of(command) for command in COMMANDS} == set()


def stage_text(name: str) -> str:
    """What a stage of CI calls, and the scripts that these call, as text."""
    ci = (ROOT / ".ci" / "run").read_text()
    found = re.search(rf'^stage "{re.escape(name)}" (.*)$', ci, re.M)
    assert found, f".ci/run has no stage {name}"
    text = found[1]
    if function := re.search(rf"^{re.escape(text.split()[0])}\(\) {{\n(.*?)^}}", ci, re.M | re.S):
        text += function[1]
    for script in re.findall(r"(?:scripts|Tests)/[\w/.-]+\.(?:sh|py)", text):
        text += (ROOT / script).read_text()
    return text


@pytest.mark.parametrize("row", [row for row, by in EVIDENCE.items() if by.startswith("stage ")])
def test_the_stage_calls_it(row):
    words = row.split(" ")
    called = words[0] if "/" in words[0] else " ".join(words[:2])
    assert called in stage_text(EVIDENCE[row].removeprefix("stage "))


@pytest.mark.parametrize("row", [row for row, by in EVIDENCE.items() if "::" in by])
def test_the_test_exists(row):
    file, name = EVIDENCE[row].split("::")
    text = (ROOT / "Tests" / file).read_text()
    assert (f'@test "{name}"' if file.endswith(".bats") else f"def {name}(") in text


def says_it_is_not_run(command: Command, words: str) -> bool:
    if NOT_RUN in command.comment:
        return True
    prose = re.sub(r"^[ ]*```\w*\n.*?^[ ]*```$", "", command.section, flags=re.M | re.S)
    sentences = re.split(r"(?<=[.:!?])\s+|\|", re.sub(r"\s+", " ", prose))
    return any(NOT_RUN in sentence and words in sentence for sentence in sentences)


@pytest.mark.parametrize("command", [c for c in COMMANDS if EVIDENCE.get(row_of(c), "").startswith("not run: ")],
                         ids=lambda c: f"{c.document.name}: {c.text[:60]}")
def test_the_text_says_that_it_is_not_run(command):
    assert says_it_is_not_run(command, EVIDENCE[row_of(command)].removeprefix("not run: "))


def test_what_is_run_is_not_said_to_be_untested():
    wrong = [c.text for c in COMMANDS if NOT_RUN in c.comment and not EVIDENCE[row_of(c)].startswith("not run: ")]
    assert wrong == []


# --- the reading itself ---

def test_a_loop_is_one_command_and_comments_are_none_of_it():
    assert block_commands("# first\na b  # c; d\nfor i in 1 2; do\n  e \\\n    $i # f\ndone\ng | h\n") == [
        ("a b", "c; d"), ("for i in 1 2; do\n  e \\\n    $i\ndone", "f"), ("g | h", "")]


@pytest.mark.parametrize("text,expected", [
    ("scripts/build.sh", True), ("aws sqs receive-message", True), ("deploy.sh --skip-deploy", True),
    ("Tests/Proof/mutations.sh", True), ("aws", False), ("cfbridge", False), ("deploy.sh", False),
    ("scripts/deploy", False), ("template.yaml", False), ("aws:SourceArn", False), (".build/debug/cfbridge", False),
])
def test_what_counts_as_a_command(text, expected):
    assert is_command(text) == expected


def test_a_comment_of_a_shell_block_is_no_heading():
    assert len(sections("# One\n```sh\n# two\n```\n## Three\n")) == 3
