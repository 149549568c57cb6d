"""template.yaml as CloudFormation sees it, translated offline by AWS's own SAM translator."""
import os
from pathlib import Path
from unittest import mock

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "template.yaml"
PACKAGE_BUCKET, PACKAGE_KEY = "packages", "bootstrap.zip"
MODES = ["SQS", "Direct", "EventBridge"]


def source() -> dict:
    """The template as written, intrinsic functions in their long form."""
    return yaml_parse(TEMPLATE.read_text())


class NoManagedPolicies:
    """The template names none, so the translator must not ask for any."""

    def load(self) -> dict:
        return {}


def translated(**parameters: str) -> dict:
    """The template without the SAM transform, the package at an S3 address."""
    template = source()
    template["Resources"]["BridgeFunction"]["Properties"]["CodeUri"] = f"s3://{PACKAGE_BUCKET}/{PACKAGE_KEY}"
    with mock.patch.dict(os.environ, AWS_DEFAULT_REGION="eu-west-1"):  # the translator wants one
        return transform(template, parameters, NoManagedPolicies())


def environment() -> dict[str, str]:
    """The function's environment variables, each with the parameter it comes from."""
    function = source()["Resources"]["BridgeFunction"]["Properties"]
    found = {}
    for name, value in function["Environment"]["Variables"].items():
        if "Fn::If" in value:  # the parameter in one case, something fixed in the other
            condition, *branches = value["Fn::If"]
            if "Fn::GetAtt" in branches[0]:  # a resource that is made where the parameter says so
                found[name] = condition.removeprefix("Use")
                continue
            value = next(branch for branch in branches if isinstance(branch, dict) and "Ref" in branch)
        found[name] = value["Ref"]
    return found
