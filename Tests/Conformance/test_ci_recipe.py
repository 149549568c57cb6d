"""docs/ci.md: the shell recipe as it is printed, with the real AWS CLI, moto, and a stand-in for cfbridge."""
import json
import os
import re
import subprocess

from moto_cloud import CREDENTIALS, REGION, Cloud, cloud  # noqa: F401 (a fixture)
from template_translation import ROOT

DOCUMENT = (ROOT / "docs" / "ci.md").read_text()


def recipe() -> str:
    return re.search(r"^```sh\n(.*?)^```$", DOCUMENT, re.M | re.S)[1]


def run(folder, cloud: Cloud) -> list[list[str]]:  # noqa: F811
    """What cfbridge was called with; one list for each call."""
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    calls = folder / "calls"
    calls.unlink(missing_ok=True)
    (tools / "cfbridge").write_text(
        f"#!/usr/bin/env python3\nimport json, sys\nprint(json.dumps(sys.argv[1:]), file=open({str(calls)!r}, 'a'))\n")
    (tools / "cfbridge").chmod(0o755)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", recipe()], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL,
        env={**CREDENTIALS, "PATH": f"{tools}:{ROOT}/.build/venv/bin:{os.environ['PATH']}", "HOME": str(folder),
             "AWS_DEFAULT_REGION": REGION, "AWS_ENDPOINT_URL": cloud.url, "LANG": "C.UTF-8"})
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []


def test_the_shell_recipe_waits_for_what_was_uploaded(cloud, tmp_path):  # noqa: F811
    cloud.make_bucket("www.example.com")
    cloud("s3").put_object(Bucket="www.example.com", Key="old.html", Body=b"x")
    cloud("s3").put_object(Bucket="www.example.com", Key="same.html", Body=b"same")
    folder = tmp_path / "public"
    (folder / "docs").mkdir(parents=True)
    (folder / "a b.html").write_text("new")
    (folder / "docs" / "größe.html").write_text("new")
    (folder / "same.html").write_text("same")
    os.utime(folder / "same.html", (0, 0))  # older than the bucket's, so that it isn't uploaded
    (call,) = run(tmp_path, cloud)
    assert call[:3] == ["wait", "www.example.com", "--since"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", call[3])
    assert call[4:6] == ["--timeout", "10m"]
    assert sorted(call[6:]) == ["--key=a b.html", "--key=docs/größe.html", "--key=old.html"]
    for path in folder.rglob("*.html"):
        os.utime(path, (0, 0))
    assert run(tmp_path, cloud) == []  # nothing changed, so there is nothing to wait for


def test_the_action_has_the_inputs_that_the_recipe_gives():
    import yaml
    action = yaml.safe_load((ROOT / ".github/actions/wait-for-invalidation/action.yml").read_text())
    for block in re.findall(r"wait-for-invalidation@.*?with:\n(.*?)(?: {4}env:|```)", DOCUMENT, re.S):
        given = re.findall(r"^ {6}(\w+):", block, re.M)
        assert given and set(given) <= set(action["inputs"])
        assert {name for name, value in action["inputs"].items() if value.get("required")} <= set(given)
    (step,) = action["runs"]["steps"]
    script = (ROOT / ".github/actions/wait-for-invalidation/wait.sh").read_text()
    for variable in step["env"]:
        assert re.search(rf"\${{?{variable}\b", script), variable
