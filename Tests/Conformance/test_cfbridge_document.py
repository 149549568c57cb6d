"""What docs/cfbridge.md and operating.md show is what cfbridge prints: each example is the last command of a test script."""
import re

import pytest

from documented import ROOT
from testscripts import SCRIPTS, Script, with_placeholders

DOCUMENTS = [ROOT / "docs" / "cfbridge.md", ROOT / "docs" / "operating.md"]
EXAMPLE = re.compile(r"^```sh\n([^`]*?)^```\n\n```\n(.*?)^```$", re.M | re.S)
SHOWN = [
    pair for document in DOCUMENTS for pair in EXAMPLE.findall(document.read_text()) if pair[0].startswith("cfbridge ")]
ALL = [Script.parse(path.read_text()) for path in sorted(SCRIPTS.glob("*.txt"))]


def test_each_command_of_an_account_is_shown():
    assert {command.split()[1] for command, _ in SHOWN} >= {"ls", "invalidate", "invalidations", "wait", "settings"}


@pytest.mark.parametrize("command,output", SHOWN, ids=[command.strip() for command, _ in SHOWN])
def test_the_output_shown_is_that_of_a_test_script(command, output):
    printed = [script.expected.get("stdout") for script in ALL if command in script.commands]
    assert with_placeholders(output) in printed
