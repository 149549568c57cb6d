"""cfbridge plan of the largest account: it shares what is equal, so it stays small and quick."""
import json
import os
import subprocess

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
    with open(tmp_path / "out", "wb") as out:
        process = subprocess.Popen(command, cwd=tmp_path, env=INHERITED, stdout=out)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    text = (tmp_path / "out").read_text()
    if output == "json":
        found = json.loads(text)["distributions"]
        assert len(found) == DISTRIBUTIONS and len({each["callerReference"] for each in found}) == DISTRIBUTIONS
        assert len({json.dumps(each["paths"]) for each in found}) == 1
    else:
        assert text.count("\n  distribution E") == DISTRIBUTIONS
    # A debug build takes 1.3 s and 45 MiB; the paths in JSON for each distribution took 269 MiB.
    assert used.ru_maxrss / 1024 < 150 and used.ru_utime < 10
