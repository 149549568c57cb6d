"""cfbridge plan of the largest account: it shares what is equal, so it stays small and quick."""
import json
import subprocess
import sys

import pytest

from product import INHERITED, built

BUCKET = "amzn-s3-demo-bucket"
DISTRIBUTIONS = 500


def summary(number: int) -> dict:
    return {
        "Id": f"E{1_000 + number}MANY", "DomainName": f"d{number}.cloudfront.net", "Aliases": {"Quantity": 0},
        "Enabled": True, "Staging": False,
        "Origins": {"Quantity": 1, "Items": [
            {"Id": "s3", "DomainName": f"{BUCKET}.s3.us-west-2.amazonaws.com", "OriginPath": ""}]},
        "DefaultCacheBehavior": {"TargetOriginId": "s3"}, "CacheBehaviors": {"Quantity": 0}}


# The first keys become ten wildcards, the others 3,000 paths for each distribution.
KEYS = {
    "10,000 keys": [f"section-{i % 10}/part-{i % 310}/page-{i}.html" for i in range(10_000)],
    "3,000 folders": [f"f{i}/page-{i}.html" for i in range(3_000)],
}


@pytest.mark.parametrize("keys,output", [("10,000 keys", "text"), ("3,000 folders", "json")])
def test_a_plan_for_500_distributions_is_small_and_quick(keys, output, tmp_path):
    (tmp_path / "many.json").write_text(
        json.dumps({"DistributionList": {"Items": [summary(number) for number in range(DISTRIBUTIONS)]}}))
    (tmp_path / "keys.txt").write_text("\n".join(KEYS[keys]))
    command = [
        built("cfbridge"), "plan", "--distributions", "many.json", "--bucket", BUCKET, "--keys-from", "keys.txt",
        *(["--json"] if output == "json" else [])]
    # A process counts the memory of the one that it was forked from, until it becomes another program; so a small one
    # starts it.
    start = "import json, os, resource, subprocess, sys\n" \
        "code = subprocess.call(sys.argv[1:])\n" \
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n" \
        "print(json.dumps([code, used.ru_maxrss, used.ru_utime]), file=sys.stderr)\n"
    with open(tmp_path / "out", "wb") as out:
        done = subprocess.run(
            [sys.executable, "-S", "-E", "-c", start, *command], cwd=tmp_path, env=INHERITED, stdout=out,
            stderr=subprocess.PIPE, text=True, check=True)
    code, most_kilobytes, seconds = json.loads(done.stderr.splitlines()[-1])
    assert code == 0, done.stderr
    text = (tmp_path / "out").read_text()
    if output == "json":
        found = json.loads(text)["distributions"]
        assert len(found) == DISTRIBUTIONS and len({each["callerReference"] for each in found}) == DISTRIBUTIONS
        assert len({json.dumps(each["paths"]) for each in found}) == 1
    else:
        assert text.count("\n  distribution E") == DISTRIBUTIONS
    # A debug build takes 1.3 s and 45 MiB; the paths in JSON for each distribution took 269 MiB.
    assert most_kilobytes / 1024 < 150 and seconds < 10
