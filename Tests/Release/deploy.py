"""What CloudFormation does on its side of `aws cloudformation deploy`, in moto: the SAM transform, then the stack.

Takes the arguments of the AWS CLI. A stack that is as wanted stays as it is.
"""
import argparse
import ast
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Conformance"))

import template_translation  # noqa: E402
from moto_cloud import Cloud  # noqa: E402

parser = argparse.ArgumentParser()
parser.add_argument("--output")
parser.add_argument("service")
parser.add_argument("operation")
parser.add_argument("--template-file", required=True)
parser.add_argument("--stack-name", required=True)
parser.add_argument("--region", action="append")
parser.add_argument("--capabilities", nargs="+")
parser.add_argument("--no-fail-on-empty-changeset", action="store_true")
parser.add_argument("--parameter-overrides", nargs="+", required=True)
arguments = parser.parse_args()
overrides = dict(item.split("=", 1) for item in arguments.parameter_overrides)

cloud = Cloud.__new__(Cloud)  # without a bucket of packages
cloud.url = os.environ["AWS_ENDPOINT_URL"]
stacks = [s for s in cloud("cloudformation").describe_stacks()["Stacks"] if s["StackName"] == arguments.stack_name]
if stacks:
    now = {p["ParameterKey"]: p["ParameterValue"] for p in stacks[0]["Parameters"]}
    # moto answers a list as Python writes it.
    now = {key: ",".join(ast.literal_eval(value)) if value.startswith("['") else value for key, value in now.items()}
    changed = {key: (now.get(key), value) for key, value in overrides.items() if now.get(key) != value}
    if changed:
        sys.exit(f"an update is not part of this test: {changed}")
    print("No changes to deploy. Stack is up to date")
    sys.exit(0)
code = template_translation.yaml_parse(Path(arguments.template_file).read_text())
uri = code["Resources"]["BridgeFunction"]["Properties"]["CodeUri"]
template_translation.TEMPLATE = Path(arguments.template_file)
bucket, key = uri.removeprefix("s3://").split("/", 1)
template_translation.PACKAGE_BUCKET, template_translation.PACKAGE_KEY = bucket, key
cloud.make_stack(**overrides)
