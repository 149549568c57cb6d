"""What deploy.sh reads from template.yaml without a parser, against a parser and the stack in moto."""
import json
import os
import subprocess
from collections import Counter

import pytest

from moto_cloud import STACK, cloud  # noqa: F401 (a fixture)
from template_translation import MODES, ROOT, environment, source

TEMPLATE = source()


@pytest.fixture
def shell(tmp_path):
    """Runs functions of template.sh on a stack with these parameters."""
    def run(script: str, *overrides: str, stack: dict | None = None) -> str:
        (tmp_path / "stack").write_text(json.dumps(
            {"Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in (stack or {}).items()]}))
        program = f"""
            ROOT={ROOT} WORK={tmp_path} STACK={STACK}
            . "$ROOT/scripts/lib/say.sh"
            . "$ROOT/scripts/deploy/template.sh"
            read_template
            plan_values "$@"
            {script}"""
        return subprocess.run(
            ["bash", "-c", program, "bash", *overrides], env={"PATH": os.environ["PATH"]},
            capture_output=True, text=True, check=True).stdout
    return run


def holds(condition, values: dict[str, str]) -> bool:
    """A condition of the template, evaluated."""
    (function, arguments), = condition.items()
    if function == "Condition":
        return holds(TEMPLATE["Conditions"][arguments], values)
    if function == "Fn::Equals":
        one, other = (values[side["Ref"]] if isinstance(side, dict) else str(side) for side in arguments)
        return one == other
    return {"Fn::Not": lambda all_: not all_[0], "Fn::And": all, "Fn::Or": any}[function](
        [holds(each, values) for each in arguments])


def defaults() -> dict[str, str]:
    return {name: str(p["Default"]) for name, p in TEMPLATE["Parameters"].items() if "Default" in p}


def test_parameters_and_defaults_are_those_of_the_template(shell):
    assert json.loads(shell('cat "$WORK/values"')) == defaults()
    assert json.loads(shell('jq .parameters "$WORK/template"')) == list(TEMPLATE["Parameters"])


def test_allowed_numbers_are_those_of_the_template(shell):
    found = json.loads(shell('jq .allowed "$WORK/template"'))
    lists = {name: list(map(str, p["AllowedValues"])) for name, p in TEMPLATE["Parameters"].items() if "AllowedValues" in p}
    assert found == {name: values for name, values in lists.items() if all(value.isdigit() for value in values)}
    assert "TimeoutSeconds" in found


def test_overrides_win_over_the_stack_and_the_stack_over_the_defaults(shell):
    values = json.loads(shell('cat "$WORK/values"', "PathRules=a=b", stack={"PathRules": "old", "OriginPath": "/site"}))
    assert values == {**defaults(), "PathRules": "a=b", "OriginPath": "/site"}


def test_each_variable_comes_from_its_parameter(shell):
    found = json.loads(shell('jq .variables "$WORK/template"'))
    assert {variable["name"]: variable["parameter"] for variable in found} == environment()


@pytest.mark.parametrize("more", [
    {}, {"CloudFrontDistributionId": "E2EXAMPLE", "Tracing": "Active"}, {"BucketDistributionIds": "E2EXAMPLE"},
    {"RequireTag": "team=web"}, {"WorkQueue": "on"},
])
@pytest.mark.parametrize("mode", MODES)
def test_the_resources_are_those_whose_condition_holds(shell, mode, more):
    values = {**defaults(), "DeliveryMode": mode, **more}
    expected = Counter(
        resource["Type"].replace("AWS::Serverless::", "AWS::Lambda::")
        for resource in TEMPLATE["Resources"].values()
        if "Condition" not in resource or holds(TEMPLATE["Conditions"][resource["Condition"]], values))
    overrides = [f"{name}={value}" for name, value in {"DeliveryMode": mode, **more}.items()]
    lines = shell("planned_resources", *overrides).splitlines()
    assert {kind: int(count) for count, kind in (line.split() for line in lines)} == expected


def test_an_arn_is_measured_with_room_for_the_longest_name(shell):
    without = int(shell('check_environment; jq .size "$WORK/environment"'))
    assert int(shell('check_environment; jq .size "$WORK/environment"', "WorkQueue=on")) == without + 130 + len(',"WORK_QUEUE":""')
    assert int(shell('check_environment; jq .size "$WORK/environment"', "WorkQueue=on", "DeliveryMode=Direct")) < without


@pytest.mark.parametrize("parameters", [
    {"MaximumConcurrency": "3"}, {"WildcardThreshold": "3", "MaxPaths": "3000", "DryRun": "true"}, {"CreateRate": "1", "DeliveryMode": "Direct"},
    {"BucketDistributions": '{"größe": ["E2EXAMPLE"]}', "PathRules": '[{"key":"a\\\\*","paths":["/<&>"]}]'},
])
def test_the_environment_is_as_large_as_measured(cloud, shell, parameters):  # noqa: F811
    outputs = cloud.make_stack(BucketNames="www.example.com", **parameters)
    function = cloud("lambda").get_function_configuration(FunctionName=outputs["FunctionName"])
    variables = {name: str(value) for name, value in function["Environment"]["Variables"].items()}
    exact = len(json.dumps(variables, ensure_ascii=False, separators=(",", ":")).encode())
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    measured = int(shell('check_environment; jq .size "$WORK/environment"', *overrides))
    assert exact <= measured <= exact + 10  # digits of the concurrency
