"""The mark of tests whose answers somebody else's code gives: scripts/oracles.sh runs them, scripts/test.sh the rest.

And for each test a check that nothing it printed shows a credential.
"""
import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "check-secrets.py"


def load(path: Path):
    spec = importlib.util.spec_from_file_location("check_secrets", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


check_secrets = load(SCRIPT)


def pytest_configure(config):
    config.addinivalue_line("markers", "oracle: an independent implementation says what is right (scripts/oracles.sh)")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Fails a test whose output, that of its child processes included, shows a credential."""
    report = yield
    if report.passed and report.when == "teardown":
        shown = [line for title, text in report.sections for line in check_secrets.found_in(text)]
        if shown:
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} printed a credential:\n" + "\n".join(shown)
    return report
