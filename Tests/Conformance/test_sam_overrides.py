"""deploy.sh quotes parameters for SAM CLI so that SAM's own parser gets the value back."""
import subprocess

import pytest

from template_translation import ROOT

VALUES = [
    "SQS", "", "a b", 'a "quoted" word', r"back\slash", r"doubled\\", "comma,separated,list", "site/*.html",
    '{"www.example.com": ["E2EXAMPLE", "E3EXAMPLE"]}', "größe", "a=b", "it's",
]


@pytest.mark.parametrize("value", VALUES)
def test_any_value_survives(value):
    types = pytest.importorskip("samcli.cli.types", reason="SAM CLI is not installed")
    script = f'. "{ROOT}/scripts/deploy/stack.sh"; sam_override "$1"'
    quoted = subprocess.run(
        ["bash", "-c", script, "bash", f"KeyPattern={value}"], capture_output=True, text=True, check=True).stdout
    parsed = types.CfnParameterOverridesType().convert((quoted,), None, None)
    assert parsed == {"KeyPattern": value}
