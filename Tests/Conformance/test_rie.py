"""Every sample event through AWS's own Runtime Interface Emulator gets the answer it gets from ours."""
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator import emulated_lambda, invoke
from product import EVENTS, INHERITED, ROOT, cfbridge, served_cloudfront

SETTINGS = {"SQS_FAILURES": "report"}


@pytest.fixture(scope="module")
def function(tmp_path_factory):
    """A bootstrap behind the emulator, with a CloudFront of its own behind it."""
    log = tmp_path_factory.mktemp("rie") / "log"
    with served_cloudfront() as cloudfront, emulated_lambda(
            {**cloudfront.environment, **SETTINGS}, log) as url:
        yield url


@pytest.fixture(scope="module")
def emulated(function) -> dict[str, str]:
    """What it answered, by file name: every event in order, since it remembers what it has sent."""
    return {event.name: invoke(function, event.read_bytes()) for event in EVENTS}


@pytest.fixture(scope="module")
def replayed() -> dict[str, str]:
    """What the bootstrap answered to LocalCloud, by file name."""
    lines = cfbridge("replay", "--json", *EVENTS, environment=SETTINGS)
    return {Path(line["file"]).name: line["answer"] for line in lines}


def comparable(answer: str) -> str:
    """The answer without what no two runs share: the ids that CloudFront chose."""
    return re.sub(r'"invalidationId":"I[A-Z0-9]+"', '"invalidationId":"I"', answer)


@pytest.mark.parametrize("event", [event.name for event in EVENTS])
def test_an_event_is_answered_alike_by_both_lambdas(event, emulated, replayed):
    assert comparable(emulated[event]) == comparable(replayed[event])


def test_the_aws_command_line_gets_the_same_body(function, emulated, tmp_path):
    event, output = ROOT / "events" / "sqs-mixed.json", tmp_path / "answer"
    done = subprocess.run(
        [Path(sys.executable).parent / "aws", "lambda", "invoke", "--endpoint-url", function,
         "--region", "us-east-1", "--function-name", "function", "--payload", f"fileb://{event}",
         output],
        env={**INHERITED, "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"},
        capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert output.read_text() == emulated[event.name]
