"""template.yaml, the Terraform module and the README say the same of each setting as the code."""
import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from template_translation import ROOT, environment, source

CFBRIDGE = Path(os.environ.get("CFBRIDGE", ROOT / ".build" / "debug" / "cfbridge"))
# The code's default is safe on any mapping; template and module set up one that reports.
CHOSEN_BY_DEPLOYMENT = {"SQS_FAILURES": "report"}
# CloudFront's rate is per account and the code's default is all of it: template and module divide it by the
# concurrency where nothing is set.
SHARED_BY_CONCURRENCY = "CREATE_RATE"


@pytest.fixture(scope="module")
def table() -> list[dict]:
    if not CFBRIDGE.exists():
        pytest.fail(f"{CFBRIDGE} is not built: swift build --product cfbridge")
    result = subprocess.run([str(CFBRIDGE), "settings", "--json"], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def text(value) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def number(value: float) -> str:
    return str(int(value) if value == int(value) else value)


def default(setting: dict) -> str:
    return CHOSEN_BY_DEPLOYMENT.get(setting["name"], text(setting.get("default")))


def test_the_template_has_a_parameter_for_each_setting(table):
    parameters, variables = source()["Parameters"], environment()
    assert sorted(variables) == sorted(setting["name"] for setting in table)
    for setting in table:
        parameter = parameters[variables[setting["name"]]]
        if setting["name"] == SHARED_BY_CONCURRENCY:
            continue
        assert text(parameter["Default"]) == default(setting), setting["name"]
        assert parameter.get("MinValue") == setting.get("minimum"), setting["name"]
        assert parameter.get("MaxValue") == setting.get("maximum"), setting["name"]
        if "allowed" in setting:
            assert sorted(parameter["AllowedValues"]) == sorted(map(text, setting["allowed"])), setting["name"]


def terraform_variables() -> dict[str, str]:
    """The text of each variable block of the module, by name."""
    blocks = re.split(r"^variable ", (ROOT / "terraform" / "variables.tf").read_text(), flags=re.M)[1:]
    return {block.split('"')[1]: block for block in blocks}


def terraform_default(block: str) -> str:
    value = re.search(r"^  default\s+= (.*)$", block, re.M)[1]
    return {"[]": "", "{}": "", "null": ""}.get(value, value.strip('"'))


def test_the_terraform_module_has_a_variable_for_each_setting(table):
    variables = terraform_variables()
    main = (ROOT / "terraform" / "function.tf").read_text()
    set_in_the_function = set(re.findall(r"^      ([A-Z][A-Z_]+)\s+=", main, re.M))
    assert set_in_the_function == {setting["name"] for setting in table}
    for setting in table:
        block = variables[setting["name"].lower()]
        if setting["name"] != SHARED_BY_CONCURRENCY:
            assert terraform_default(block) == default(setting), setting["name"]
        for bound in ("minimum", "maximum"):
            if setting.get(bound) is not None:
                assert re.search(rf"(?<![\d.]){number(setting[bound])}(?![\d])", block), (setting["name"], bound)
        for choice in setting.get("allowed") or []:
            if text(choice) not in ("true", "false"):
                assert f'"{choice}"' in block, setting["name"]


def rate_setting(table: list[dict]) -> dict:
    return next(setting for setting in table if setting["name"] == SHARED_BY_CONCURRENCY)


def test_the_rate_of_the_account_is_divided_by_the_concurrency(table):
    rate = rate_setting(table)
    template = source()
    parameters = template["Parameters"]
    assert parameters["CreateRate"]["Default"] == ""
    shares = template["Mappings"]["RateShare"]
    assert list(shares) == parameters["MaximumConcurrency"]["AllowedValues"]
    for concurrency, share in shares.items():
        assert float(share["CreateRate"]) * int(concurrency) == pytest.approx(float(rate["default"]), rel=1e-4)
        assert float(share["CreateRate"]) >= rate["minimum"]
    assert terraform_default(terraform_variables()["create_rate"]) == ""
    main = (ROOT / "terraform" / "function.tf").read_text()
    assert f"var.create_rate == null ? {text(rate['default'])} / var.maximum_concurrency :" in main


@pytest.mark.parametrize("value", ["0.01", "0.015", "0.1", "0.25", "1", "2.5", "10", "999.9", "1000"])
def test_a_rate_that_the_function_takes_is_taken(value):
    assert re.fullmatch(source()["Parameters"]["CreateRate"]["AllowedPattern"], value)


@pytest.mark.parametrize("value", ["0", "0.0", "0.009", "-1", ".5", "1e3", "1001", "1000.1", "01", "1,5", " "])
def test_a_rate_that_the_function_refuses_is_refused(value):
    assert not re.fullmatch(source()["Parameters"]["CreateRate"]["AllowedPattern"], value)


def test_the_readme_has_a_row_for_each_setting(table):
    readme = (ROOT / "README.md").read_text()
    rows = {}
    for row in re.findall(r"^\|(.+)\|\s*$", readme, re.M):
        cells = [cell.strip().strip("`") for cell in row.split("|")]
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", cells[0]):
            rows[cells[0]] = " | ".join(cells[1:])
    assert sorted(rows) == sorted(setting["name"] for setting in table)
    for setting in table:
        if text(setting.get("default")):
            assert text(setting["default"]) in rows[setting["name"]], setting["name"]
        if "minimum" in setting:
            assert f"{number(setting['minimum'])}-{number(setting['maximum'])}" in rows[setting["name"]], setting["name"]
