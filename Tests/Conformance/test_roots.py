"""The root certificates that the function trusts before it reads a bundle are those of this system.

Assumes that the system's ca-certificates are what the world trusts today.
"""
import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "update-roots.sh"
BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")


def check(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    return subprocess.run(
        [str(SCRIPT), "--check", *arguments], capture_output=True, text=True, check=False, env=environment)


def test_the_roots_are_those_of_this_system_and_last_another_400_days():
    done = check()
    assert done.returncode == 0, done.stderr


def test_a_root_that_the_bundle_lacks_is_named(tmp_path):
    certificates = re.findall(
        r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----\n", BUNDLE.read_text(), re.DOTALL)
    lacking = tmp_path / "bundle.pem"
    lacking.write_text("".join(certificates[:3]))
    done = check("--bundle", str(lacking))
    assert done.returncode == 1
    assert "has no certificate amazon_root_ca_1" in done.stderr


def test_a_root_that_expires_within_400_days_fails(tmp_path):
    """openssl -checkend is the judge: here it always says that a certificate expires."""
    fake = tmp_path / "openssl"
    fake.write_text('#!/bin/bash\ncase " $* " in *" -checkend "*) exit 1 ;; esac\nexec /usr/bin/openssl "$@"\n')
    fake.chmod(0o755)
    done = check(environment={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert done.returncode == 1
    assert "expires within 400 days" in done.stderr
