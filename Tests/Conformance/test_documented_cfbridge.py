"""The commands of cfbridge that the documents print, and the demo, run with the built programs."""
import json
import os
import re
import shlex
import shutil
import subprocess

import pytest

from documented import ROOT, all_commands, documented
from moto_cloud import REGION, Cloud, cloud  # noqa: F401 (a fixture)
from product import INHERITED, built
from test_runbook import run

EVENT = "events/s3-index-nested.json"
# These ask an account: test_cfbridge_document.py compares what cfbridge.md shows with the test scripts.
ACCOUNT = (
    "cfbridge plan --bucket", "cfbridge sync", "cfbridge ls", "cfbridge invalidat", "cfbridge wait",
    "cfbridge settings --check", "cfbridge report", "cfbridge simulate", "cfbridge enqueue", "cfbridge pause",
    "cfbridge resume", "cfbridge redrive", "cfbridge doctor", "cfbridge audit", "cfbridge policy")
COMMANDS = sorted({
    c.text for c in all_commands()
    if c.text.startswith("cfbridge ") and "mine.json" not in c.text and not c.text.startswith(ACCOUNT)})
# What the output has to hold, so that a command that prints nothing is noticed.
EXPECTED = {
    "help": "USAGE", "plan": "/blog/first-post/", "replay": "made   invalidation", "serve": "AWS_ENDPOINT_URL_CLOUDFRONT",
    "settings": "CLOUDFRONT_DISTRIBUTION_ID", "version": ".", "--generate-completion-script": "#compdef cfbridge",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_documents_runs(command, tmp_path):
    shutil.copytree(ROOT / "events", tmp_path / "events")
    shutil.copy(ROOT / EVENT, tmp_path / "event.json")
    program, name, *arguments = shlex.split(re.sub(r"\bFILE\b…?", EVENT, command))
    assert program == "cfbridge"
    if command in ("cfbridge plan", "cfbridge plan --json"):  # the name of the command, in a sentence
        arguments.append(EVENT)
    done = subprocess.run(
        [built("cfbridge"), name, *arguments], cwd=tmp_path, env=INHERITED, text=True, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=120)
    assert done.returncode == 0, done.stderr
    assert EXPECTED[name] in done.stdout


@pytest.mark.parametrize("saving", ["list-distributions", "get-distribution"])
def test_the_distributions_that_the_cli_saves_are_planned_with(saving, cloud, tmp_path):  # noqa: F811
    mine = cloud.make_distribution(f"www.example.com.s3.{REGION}.amazonaws.com")
    if saving == "list-distributions":
        run(cloud, tmp_path, "aws cloudfront list-distributions")
    else:
        (tmp_path / "mine.json").write_text(run(cloud, tmp_path, "aws cloudfront get-distribution", ID=mine))
    event = {"Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": REGION, "eventTime": "2026-11-21T10:00:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": "www.example.com"}, "object": {"key": "a.html", "sequencer": "0055AED6DCD90281E5"}}}]}
    (tmp_path / "event.json").write_text(json.dumps(event))
    _, *arguments = shlex.split(documented("cfbridge plan --distributions"))
    done = subprocess.run(
        [built("cfbridge"), *arguments], cwd=tmp_path, env=INHERITED, text=True, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert mine in done.stdout and "/a.html" in done.stdout


def run_demo(tmp_path, *options: str, build: str = "echo compiling") -> subprocess.CompletedProcess:
    """What it builds is built, with other flags, so a stand-in for Swift only says where."""
    programs = built("cfbridge").parent
    (tmp_path / "swift").write_text(
        "#!/bin/sh\ncase \"$*\" in\n"
        "--version) echo 'Swift version 6.3' ;;\n"
        f"'build --show-bin-path') echo {shlex.quote(str(programs))} ;;\n"
        f"'build --product '*) {build} ;;\n"
        "*) echo \"unexpected: swift $*\" >&2; exit 1 ;;\nesac\n")
    (tmp_path / "swift").chmod(0o755)
    return subprocess.run(
        [ROOT / documented("scripts/demo.sh"), *options], env={**INHERITED, "PATH": f"{tmp_path}:{os.environ['PATH']}"},
        text=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=300)


def test_the_demo_shows_its_invalidations(tmp_path):
    """The result is first and fits on a screen; the compiler is not heard."""
    done = run_demo(tmp_path)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[2].startswith("events/s3-index-nested.json: from S3")
    assert len(lines) + len(done.stderr.splitlines()) <= 40
    assert "compiling" not in done.stdout + done.stderr
    assert done.stdout.count("made   invalidation") == 2
    assert re.search(r"^  s3-two-buckets.json +from S3, \d+ records +[1-9]\d* paths, [2-9] invalidations$", done.stdout, re.M)
    assert len(re.findall(r"^  [\w.-]+\.json .*[1-9]\d* paths?, [1-9]", done.stdout, re.M)) == 6
    assert 'batchItemFailures":[{"itemIdentifier"' in done.stdout
    assert "demo: done" in done.stdout


def test_the_demo_says_everything_when_asked(tmp_path):
    done = run_demo(tmp_path, "--verbose")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("compiling") == 2
    assert done.stdout.count("made   invalidation") >= 7


def test_the_demo_shows_the_compiler_s_words_when_it_fails(tmp_path):
    done = run_demo(tmp_path, build="echo 'error: no such module'; exit 1")
    assert done.returncode == 1 and done.stdout == ""
    assert "error: no such module" in done.stderr and "demo.sh: error: building bootstrap failed" in done.stderr