"""moto as the cloud: a server, clients, and the translated template as a stack in it."""
import io
import json
import os
import subprocess
import urllib.request
import zipfile

import boto3
import pytest
from moto.server import ThreadedMotoServer

from template_translation import PACKAGE_BUCKET, PACKAGE_KEY, ROOT, translated

REGION, STACK = "eu-west-1", "s3-cloudfront-bridge"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}


class Cloud:
    def __init__(self, url: str):
        self.url = url
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w") as archive:
            archive.writestr("bootstrap", "#!/bin/sh\n")
        self.make_bucket(PACKAGE_BUCKET)
        self("s3").put_object(Bucket=PACKAGE_BUCKET, Key=PACKAGE_KEY, Body=package.getvalue())

    def __call__(self, service: str):
        return boto3.client(
            service, region_name=REGION, endpoint_url=self.url,
            aws_access_key_id="testing", aws_secret_access_key="testing")

    def make_bucket(self, name: str):
        self("s3").create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})

    def make_distribution(self, *hosts: str, origin_path: str = "") -> str:
        origins = [
            {"Id": f"o{i}", "DomainName": host, "OriginPath": origin_path, "S3OriginConfig": {"OriginAccessIdentity": ""}}
            for i, host in enumerate(hosts)
        ]
        answer = self("cloudfront").create_distribution(DistributionConfig={
            "CallerReference": "-".join(hosts), "Comment": "", "Enabled": True,
            "Origins": {"Quantity": len(origins), "Items": origins},
            "DefaultCacheBehavior": {
                "TargetOriginId": "o0", "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"},
        })
        return answer["Distribution"]["Id"]

    def make_stack(self, **parameters: str) -> dict[str, str]:
        """Creates the stack and returns its outputs. moto does not check a parameter's constraint."""
        template = translated(**parameters)
        # CloudFormation makes text of every default; moto keeps numbers and then finds no mapping.
        defaults = {k: str(v["Default"]) for k, v in template["Parameters"].items() if "Default" in v}
        values = {**defaults, **parameters}
        for name, condition in template["Conditions"].items():
            if name.startswith("Sets"):  # CloudFormation compares text; to moto, 10 and "10" differ
                equals = condition["Fn::Not"][0]["Fn::Equals"]
                if template["Parameters"][equals[0]["Ref"]]["Type"] == "Number":
                    equals[1] = int(equals[1])
        self("cloudformation").create_stack(
            StackName=STACK, TemplateBody=json.dumps(template), Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in values.items()])
        stack = self("cloudformation").describe_stacks(StackName=STACK)["Stacks"][0]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        for mapping in self("lambda").list_event_source_mappings()["EventSourceMappings"]:
            # or moto would take the messages and start Docker
            self("lambda").update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def function_environment(self, outputs: dict[str, str]) -> dict[str, str]:
        """The environment that Lambda would start the bootstrap with, pointed at moto."""
        function = self("lambda").get_function_configuration(FunctionName=outputs["FunctionName"])
        variables = {k: str(v) for k, v in function["Environment"]["Variables"].items()}  # moto keeps numbers
        return {
            **variables, **CREDENTIALS, "AWS_REGION": REGION,
            "AWS_ENDPOINT_URL_CLOUDFRONT": self.url}

    def start(self, script: str, *options: str) -> subprocess.Popen:
        """Starts a script of the project with the real AWS CLI against moto."""
        binaries = ROOT / ".build" / "venv" / "bin"
        environment = {
            **CREDENTIALS, "PATH": f"{binaries}:/usr/bin:/bin", "HOME": os.environ["HOME"],
            "AWS_ENDPOINT_URL": self.url, "RETRY_SECONDS": "0", "POLL_SECONDS": "0"}
        return subprocess.Popen(
            [str(ROOT / "scripts" / script), *options], env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def deploy(self, *options: str) -> subprocess.CompletedProcess:
        process = self.start("deploy.sh", "--yes", "--skip-deploy", *options)
        out, err = process.communicate()
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def notification(self, bucket: str) -> str:
        """The bucket's notifications as sorted JSON."""
        answer = self("s3").get_bucket_notification_configuration(Bucket=bucket)
        answer.pop("ResponseMetadata")
        return json.dumps(answer, sort_keys=True)

    def invalidated_paths(self, distribution: str) -> list[str]:
        listing = self("cloudfront").list_invalidations(DistributionId=distribution)["InvalidationList"]
        paths = []
        for item in listing.get("Items", []):
            invalidation = self("cloudfront").get_invalidation(DistributionId=distribution, Id=item["Id"])
            paths += invalidation["Invalidation"]["InvalidationBatch"]["Paths"]["Items"]
        return paths


@pytest.fixture
def cloud():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    url = f"http://{host}:{port}"
    try:
        urllib.request.urlopen(urllib.request.Request(f"{url}/moto-api/reset", method="POST")).read()
        yield Cloud(url)
    finally:
        server.stop()
