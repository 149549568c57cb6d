"""No credential of the tests in what they print: the check itself, shown to fail."""
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import SCRIPT, check_secrets
from product import ROOT


@pytest.mark.parametrize("secret", check_secrets.SECRETS.values())
def test_a_secret_in_a_log_is_found(tmp_path, secret):
    log = tmp_path / "log"
    log.write_text(f"fine\nx-amz-security-token: {secret}\n")
    done = subprocess.run([SCRIPT, log], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and f"{log}:2: x-amz-security-token: [secret]" in done.stderr
    assert secret not in done.stderr
    log.write_text("fine\n")
    assert subprocess.run([SCRIPT, log], capture_output=True, check=False).returncode == 0


def test_every_secret_is_one_that_the_tests_use():
    sources = [
        path.read_text() for folder in ("Sources/LocalCloud", "Tests/SigV4Tests", "Tests/AWSProfilesTests", "Tests/LocalCloudTests",
                                        "Tests/BridgeTests") for path in (ROOT / folder).rglob("*.swift")]
    for secret in check_secrets.SECRETS.values():
        assert any(secret in text for text in sources), secret


def test_a_test_that_prints_a_secret_fails(tmp_path):
    conftest = Path(__file__).with_name("conftest.py").read_text()
    old = 'Path(__file__).resolve().parents[2] / "scripts" / "check-secrets.py"'
    assert old in conftest
    (tmp_path / "conftest.py").write_text(conftest.replace(old, f"Path({str(SCRIPT)!r})"))
    (tmp_path / "test_it.py").write_text("""
import subprocess, pytest
@pytest.mark.parametrize("printed", ["fine", "s3cret"])
def test_it(printed):
    subprocess.run(["sh", "-c", f"echo {printed} >&2"])
""")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", tmp_path], capture_output=True, text=True, check=False,
        cwd=tmp_path)
    assert done.returncode == 1, done.stdout
    assert done.stdout.rstrip().splitlines()[-1].startswith("2 passed, 1 error in "), done.stdout
    assert "test_it[s3cret] printed a credential" in done.stdout and "test_it[fine] printed" not in done.stdout
