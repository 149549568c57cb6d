"""cfbridge doctor for a bucket and a function, against moto: each check is shown failing, cured as it says, and ok."""
import json
import os
import re
import shlex
from datetime import datetime, timedelta, timezone
from unittest import mock

import pytest
from awscli.clidriver import create_clidriver

from between import Answer, Between, Call
from moto_cloud import CREDENTIALS, REGION, cloud  # noqa: F401 (a fixture)
from product import ROOT, built, served_cloudfront
from test_operating import Operator, empty_zip

ACCOUNT = "123456789012"
BUCKET = "www.example.com"
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
ACTIONS = [
    "cloudfront:CreateInvalidation", "cloudfront:GetDistributionConfig", "cloudfront:GetCachePolicy",
    "cloudfront:ListDistributions", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility", "sqs:SendMessage"]


class Site:
    """A bucket, a queue, a function and a distribution, all as they should be."""

    def __init__(self, cloud, operator: Operator, extras: "Extras"):
        self.cloud, self.operator, self.extras = cloud, operator, extras
        self.s3, self.sqs, self.functions = cloud("s3"), cloud("sqs"), cloud("lambda")
        self.iam, self.cloudfront = cloud("iam"), cloud("cloudfront")
        cloud.make_bucket(BUCKET)
        self.dead = self.sqs.create_queue(QueueName="dead")["QueueUrl"]
        self.queue = self.sqs.create_queue(QueueName="bridge")["QueueUrl"]
        self.arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:bridge"
        self.set_queue(VisibilityTimeout="365", Policy=self.queue_policy(), RedrivePolicy=json.dumps(
            {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 100}))
        role = self.iam.create_role(RoleName="bridge", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        self.allow(ACTIONS)
        self.functions.create_function(
            FunctionName="bridge", Runtime="provided.al2023", Role=role, Handler="x", Timeout=60,
            Code={"ZipFile": empty_zip()}, Environment={"Variables": {"SQS_FAILURES": "report"}})
        self.mapping = self.functions.create_event_source_mapping(
            FunctionName="bridge", EventSourceArn=self.arn, MaximumBatchingWindowInSeconds=5,
            FunctionResponseTypes=["ReportBatchItemFailures"])["UUID"]
        self.notify(EVENTS)
        self.distribution = self.make_distribution("one")

    def set_queue(self, **attributes: str):
        # moto forgets the policy where it is not given again.
        policy = {"Policy": self.queue_policy()}
        self.sqs.set_queue_attributes(QueueUrl=self.queue, Attributes={**policy, **attributes})

    @staticmethod
    def queue_policy(bucket: str = BUCKET, **change) -> str:
        statement = {
            "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sqs:SendMessage",
            "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:bridge",
            "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"},
                          "StringEquals": {"aws:SourceAccount": ACCOUNT}}} | change
        return json.dumps({"Version": "2012-10-17", "Statement": [{k: v for k, v in statement.items() if v}]})

    def allow(self, actions: list[str], resource: str = "*", *more: dict):
        statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
        self.iam.put_role_policy(RoleName="bridge", PolicyName="inside", PolicyDocument=json.dumps(
            {"Version": "2012-10-17", "Statement": [statement, *more]}))

    def bound(self, *statements: dict):
        """Gives the role a permissions boundary with these statements."""
        text = json.dumps({"Version": "2012-10-17", "Statement": statements})
        arn = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
        if not any(p["Arn"] == arn for p in self.iam.list_policies(Scope="Local")["Policies"]):
            self.iam.create_policy(PolicyName="boundary", PolicyDocument=text)
            self.iam.put_role_permissions_boundary(RoleName="bridge", PermissionsBoundary=arn)
        else:
            self.iam.create_policy_version(PolicyArn=arn, PolicyDocument=text, SetAsDefault=True)

    def age(self, queue: str, seconds: int, ago: int = 0):
        """What CloudWatch says of the oldest message."""
        self.cloud("cloudwatch").put_metric_data(Namespace="AWS/SQS", MetricData=[{
            "MetricName": "ApproximateAgeOfOldestMessage", "Value": seconds,
            "Dimensions": [{"Name": "QueueName", "Value": queue}],
            "Timestamp": datetime.now(timezone.utc) - timedelta(seconds=ago)}])

    def notify(self, events: list[str], arn: str = "", prefix: str = ""):
        filters = {"Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": prefix}]}}} if prefix else {}
        rules = [{"QueueArn": arn or self.arn, "Events": events, **filters}] if events else []
        self.s3.put_bucket_notification_configuration(
            Bucket=BUCKET, NotificationConfiguration={"QueueConfigurations": rules})

    def make_distribution(self, reference: str, **change) -> str:
        config = {
            "CallerReference": reference, "Comment": "", "Enabled": True, "DefaultRootObject": "index.html",
            "Origins": {"Quantity": 1, "Items": [{
                "Id": "site", "DomainName": f"{BUCKET}.s3.{REGION}.amazonaws.com", "OriginPath": "",
                "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all",
                "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}} | change
        return self.cloudfront.create_distribution(DistributionConfig=config)["Distribution"]["Id"]

    def drop(self, distribution: str):
        config = self.cloudfront.get_distribution_config(Id=distribution)
        config["DistributionConfig"]["Enabled"] = False
        etag = self.cloudfront.update_distribution(
            Id=distribution, IfMatch=config["ETag"], DistributionConfig=config["DistributionConfig"])["ETag"]
        self.cloudfront.delete_distribution(Id=distribution, IfMatch=etag)

    def configure(self, **change):
        self.functions.update_function_configuration(FunctionName="bridge", **change)

    def variables(self, **variables: str):
        self.configure(Environment={"Variables": {"SQS_FAILURES": "report", **variables}})

    def map(self, **change):
        self.functions.update_event_source_mapping(UUID=self.mapping, **change)

    def findings(self, options: str = f"--bucket {BUCKET} --function bridge", *checks: str) -> dict[str, dict]:
        options += "".join(f" --check {check}" for check in checks)
        done = self.operator.run(built("cfbridge"), f"doctor {options} --json")
        assert done.returncode in (0, 1), done.stdout + done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert (done.returncode == 1) == any(f["severity"] in ("warning", "failure") for f in found)
        return {finding["check"]: finding for finding in found}

    def expect(self, check: str, severity: str, words: str = "") -> str:
        """Requires a finding, and returns its cure."""
        [found] = self.findings(f"--bucket {BUCKET} --function bridge", check).values()
        assert found["severity"] == severity, found
        if severity != "ok":
            assert words in found["cure"] and found["evidence"], found
        return found["cure"]

    def obey(self, cure: str):
        """Runs the command in a cure as it is printed."""
        [command] = re.findall(r"(?:^|: )((?:aws|cfbridge) .*)\.$", cure)
        program, *arguments = shlex.split(command)
        if program == "cfbridge":
            self.operator.cfbridge(shlex.join(arguments))
        else:  # in this process, since a start of its own takes seconds
            data = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}  # which the CLI sets when it is imported
            with mock.patch.dict(os.environ, {**self.operator.environment, **data}, clear=True):
                assert create_clidriver().main(arguments) in (0, None), command


class Extras:
    """What moto does not know, in the form of AWS's documentation, with a state that cures change."""

    def __init__(self):
        self.recursion, self.unreserved, self.plans = "Terminate", 1000, []
        self.eventbridge, self.log_level, self.status, self.in_progress = False, "INFO", "Deployed", 0

    def answer(self, between: Between, call: Call) -> Answer | None:
        path = call.path.split("?")[0].rstrip("/")
        if path.endswith("/recursion-config"):
            if call.method == "PUT":
                self.recursion = json.loads(call.body)["RecursiveLoop"]
            return self.json({"RecursiveLoop": self.recursion})
        if path.endswith("/account-settings"):
            return self.json({"AccountLimit": {
                "ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": self.unreserved}})
        if path == "/v1/ListSubscriptions":  # one a page
            start = int(json.loads(call.body).get("nextToken", 0))
            more = {"nextToken": str(start + 1)} if start + 1 < len(self.plans) else {}
            return self.json({"subscriptionSummaries": self.plans[start:start + 1], **more})
        found = between.forward(call)
        if call.method != "GET" or found.status != 200:
            return found
        text = found.body.decode()
        if "?notification" in call.path and self.eventbridge:
            text = re.sub(r"<(\w*Notification\w*)( [^>]*?)?(/>|>)", (
                lambda m: f"<{m[1]}><EventBridgeConfiguration/>" + (f"</{m[1]}>" if m[3] == "/>" else "")), text, count=1)
        elif path.endswith("/configuration"):
            text = json.dumps(json.loads(text) | {
                "LoggingConfig": {"LogFormat": "JSON", "ApplicationLogLevel": self.log_level}})
        elif re.fullmatch(r"/2020-05-31/distribution/\w+", path):
            text = re.sub(r"<Status>\w+<", f"<Status>{self.status}<", text)
            text = re.sub(r"(<InProgressInvalidationBatches>)\d+", rf"\g<1>{self.in_progress}", text)
        kept = tuple((k, v) for k, v in found.headers if k.lower() != "content-length")
        return Answer(found.status, text.encode(), kept)

    @staticmethod
    def json(value) -> Answer:
        return Answer(200, json.dumps(value).encode(), (("Content-Type", "application/json"),))


@pytest.fixture
def site(cloud, tmp_path):  # noqa: F811
    extras = Extras()
    between = Between(cloud.url, extras.answer)
    yield Site(cloud, Operator(between.url, tmp_path, **CREDENTIALS), extras)
    between.stop()


def versioning(site: Site, status: str):
    site.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": status})


def logging(site: Site, on: bool):
    target = {"LoggingEnabled": {"TargetBucket": BUCKET, "TargetPrefix": "logs/"}} if on else {}
    if on:
        site.s3.put_bucket_acl(Bucket=BUCKET, AccessControlPolicy={
            "Owner": site.s3.get_bucket_acl(Bucket=BUCKET)["Owner"],
            "Grants": [{"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"},
                        "Permission": right} for right in ("WRITE", "READ_ACP")]})
    site.s3.put_bucket_logging(Bucket=BUCKET, BucketLoggingStatus=target)


def bucket_policy(site: Site, distribution: str):
    site.s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Statement": [{
        "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{BUCKET}/*", "Condition": {"StringEquals": {
            "AWS:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/{distribution}"}}}]}))


def extra(**change):
    """A second distribution with a fault, and its end."""
    made = []

    def spoil(site: Site):
        made.append(site.make_distribution("two", **change))

    return spoil, lambda site: site.drop(made.pop())


def key(site: Site, policy: bool):
    kms = site.cloud("kms")
    principal = "s3.amazonaws.com" if policy else "sns.amazonaws.com"
    made = kms.create_key(Policy=json.dumps({"Statement": [{
        "Effect": "Allow", "Principal": {"Service": principal}, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"],
        "Resource": "*"}]}))["KeyMetadata"]["KeyId"]
    site.set_queue(KmsMasterKeyId=made)


UNCACHED = {"DefaultCacheBehavior": {
    "TargetOriginId": "site", "ViewerProtocolPolicy": "allow-all",
    "CachePolicyId": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"}}
ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def told(site: Site, *names: str):
    site.extras.plans = [
        {"planTier": "PRO", "status": name, "resourceArns": [f"arn:aws:cloudfront::{ACCOUNT}:distribution/{of}"]}
        for name, of in zip(names, ("EOTHER", site.distribution))]


def change(site: Site, **values):
    vars(site.extras).update(values)


# check, severity, words of the cure, what breaks it, and the cure as it is tried
FAULTS = [
    ("notification", "failure", "deploy.sh", lambda s: s.notify([]), lambda s: s.notify(EVENTS)),
    ("notification", "failure", "adds to what is there",
     lambda s: s.notify(EVENTS, s.arn.replace(":bridge", ":dead")), lambda s: s.notify(EVENTS)),
    ("notification", "warning", "s3:ObjectRemoved:*", lambda s: s.notify(EVENTS[:1]), lambda s: s.notify(EVENTS)),
    ("own-logs", "warning", "another bucket", lambda s: logging(s, True), lambda s: logging(s, False)),
    ("versioning", "failure", "DeleteMarkerCreated",
     lambda s: (versioning(s, "Enabled"), s.notify([EVENTS[0], "s3:ObjectRemoved:Delete"])),
     lambda s: s.notify([EVENTS[0], "s3:ObjectRemoved:*", EVENTS[2]])),
    ("foreign-distributions", "warning", "in that account", lambda s: bucket_policy(s, "EFOREIGN"),
     lambda s: bucket_policy(s, s.distribution)),
    ("function", "warning", "provided.al2023", lambda s: s.configure(Runtime="python3.12"),
     lambda s: s.configure(Runtime="provided.al2023")),
    ("timeout", "failure", "60 s", lambda s: s.configure(Timeout=5), lambda s: s.configure(Timeout=60)),
    ("environment", "warning", "Shorten", lambda s: s.variables(OTHER="x" * 3800), lambda s: s.variables()),
    ("settings", "failure", "Correct them", lambda s: s.variables(MAX_PATHS="many"), lambda s: s.variables()),
    ("settings", "warning", "its name", lambda s: s.variables(MAX_PATH="7"), lambda s: s.variables()),
    ("settings", "warning", "DRY_RUN", lambda s: s.variables(DRY_RUN="true"), lambda s: s.variables()),
    ("concurrency", "failure", "delete-function-concurrency",
     lambda s: s.functions.put_function_concurrency(FunctionName="bridge", ReservedConcurrentExecutions=0),
     lambda s: s.functions.delete_function_concurrency(FunctionName="bridge")),
    ("permissions", "failure", "cloudfront:CreateInvalidation", lambda s: s.allow(ACTIONS[1:]),
     lambda s: s.allow(ACTIONS)),
    ("mapping", "failure", "cfbridge resume bridge", lambda s: s.map(Enabled=False),
     Site.obey),
    ("visibility", "failure", "365 s", lambda s: s.set_queue(VisibilityTimeout="30"),
     lambda s: s.set_queue(VisibilityTimeout="365")),
    ("visibility", "warning", "365 s", lambda s: s.set_queue(VisibilityTimeout="100"),
     lambda s: s.set_queue(VisibilityTimeout="365")),
    ("queue-policy", "failure", "sqs:SendMessage",
     lambda s: s.set_queue(Policy=s.queue_policy(Principal={"AWS": "*"})),
     lambda s: s.set_queue(Policy=s.queue_policy())),
    ("queue-policy", "warning", "aws:SourceAccount", lambda s: s.set_queue(Policy=s.queue_policy(Condition=None)),
     lambda s: s.set_queue(Policy=s.queue_policy())),
    ("queue-policy", "failure", "aws:SourceArn", lambda s: s.set_queue(Policy=s.queue_policy("other")),
     lambda s: s.set_queue(Policy=s.queue_policy())),
    ("queue-key", "failure", "SSE-SQS", lambda s: s.set_queue(KmsMasterKeyId="alias/aws/sqs"),
     lambda s: key(s, True)),
    ("queue-key", "failure", "GenerateDataKey", lambda s: key(s, False), lambda s: key(s, True)),
    ("dead-letter-queue", "warning", "100", lambda s: s.set_queue(RedrivePolicy=json.dumps(
        {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 3})),
     lambda s: s.set_queue(RedrivePolicy=json.dumps(
         {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead", "maxReceiveCount": 100}))),
    ("dead-letters", "failure", "cfbridge redrive",
     lambda s: s.sqs.send_message(QueueUrl=s.dead, MessageBody='{"Event":"s3:TestEvent","Service":"Amazon S3"}'),
     lambda s: s.operator.cfbridge("redrive --function bridge")),
    ("enabled", "warning", "Enable it", *extra(Enabled=False)),
    ("root-object", "warning", "index.html", *extra(DefaultRootObject="")),
    ("behaviors", "warning", "cache policy", *extra(**UNCACHED)),
    ("recursion", "warning", "Terminate", lambda s: change(s, recursion="Allow"), Site.obey),
    ("account-concurrency", "warning", "higher quota", lambda s: change(s, unreserved=12),
     lambda s: change(s, unreserved=1000)),
    ("log-level", "failure", "INFO", lambda s: change(s, log_level="WARN"), lambda s: change(s, log_level="INFO")),
    ("permissions", "failure", "CreateInvalidation on arn:aws:cloudfront::123456789012:distribution/",
     lambda s: s.allow(ACTIONS[:1], f"arn:aws:cloudfront::{ACCOUNT}:distribution/EOTHER", {
         "Effect": "Allow", "Action": ACTIONS[1:], "Resource": "*"}),
     lambda s: s.allow(ACTIONS)),
    ("permissions", "failure", "out of the statement that denies it",
     lambda s: s.allow(ACTIONS, "*", {"Effect": "Deny", "Action": "sqs:Delete*", "Resource": "*"}),
     lambda s: s.allow(ACTIONS)),
    ("permissions", "failure", f"permissions boundary arn:aws:iam::{ACCOUNT}:policy/boundary",
     lambda s: s.bound({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}), lambda s: s.bound(ALL)),
    ("backlog", "warning", "docs/scaling.md", lambda s: s.age("bridge", 5000, ago=400), lambda s: s.age("bridge", 0, ago=60)),
    ("deployed", "warning", "wait", lambda s: change(s, status="InProgress"), lambda s: change(s, status="Deployed")),
    ("in-progress", "warning", "cfbridge pause", lambda s: change(s, in_progress=11),
     lambda s: change(s, in_progress=0)),
    ("pricing-plan", "warning", "console", lambda s: told(s, "ACTIVE", "FAILED"),
     lambda s: told(s, "ACTIVE", "ACTIVE")),
    ("other-tools", "warning", "cfbridge audit", lambda s: s.cloudfront.create_invalidation(
        DistributionId=s.make_distribution("three"), InvalidationBatch={
            "Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": "cli-1-2"}),
     lambda s: s.drop(next(d["Id"] for d in s.cloudfront.list_distributions()["DistributionList"]["Items"]
                           if d["Id"] != s.distribution))),
]


def test_each_fault_is_found_and_cured_as_the_finding_says(site):
    healthy = site.findings()
    assert not [f for f in healthy.values() if f["severity"] != "ok"], healthy
    for check, severity, words, spoil, cure in FAULTS:
        spoil(site)
        told = site.expect(check, severity, words)
        if cure is Site.obey:
            site.obey(told)
        else:
            cure(site)
        site.expect(check, "ok")
    assert not [f for f in site.findings().values() if f["severity"] != "ok"]


def test_every_check_of_doctor_is_shown_failing():
    sources = "".join(path.read_text() for path in (ROOT / "Sources/cfbridge/Doctor/Account").glob("*.swift"))
    checks = set(re.findall(r'AccountCheck\(\s*name: "([\w-]+)"', sources))
    # Those that take several steps have tests of their own.
    elsewhere = {
        "identity": test_credentials_that_nobody_knows_end_it,
        "bucket": test_what_is_missing_is_told, "distributions": test_what_is_missing_is_told,
        "eventbridge": test_the_way_by_eventbridge, "function-policy": test_a_bucket_that_calls_the_function,
        "work-queue": test_the_work_queue, "ledger": test_the_ledger}
    assert checks == {fault[0] for fault in FAULTS} | set(elsewhere) and len(checks) > 30
    section = (ROOT / "docs" / "cfbridge.md").read_text().split("## doctor", 1)[1].split("\n## ", 1)[0]
    assert checks == set(re.findall(r"^\| `([\w-]+)` \|", section, re.M))


def test_a_bucket_alone_leads_to_its_function(site):
    found = site.findings(f"--bucket {BUCKET}")
    assert found["function"]["severity"] == "ok" and found["mapping"]["severity"] == "ok"
    assert "bridge" in found["notification"]["evidence"][0]


def test_what_is_missing_is_told(site):
    assert site.findings("--bucket no-such-bucket-here")["bucket"]["severity"] == "failure"
    assert site.findings("--function nobody")["function"]["severity"] == "failure"
    site.drop(site.distribution)
    found = site.findings()["distributions"]
    assert found["severity"] == "failure" and "BUCKET_DISTRIBUTIONS" in found["cure"]
    for number in range(7):
        site.make_distribution(str(number))
    site.expect("distributions", "ok")
    site.variables(CREATE_RATE="0.01")
    site.expect("distributions", "warning", "up to 900 s")
    site.configure(Timeout=900)
    site.expect("distributions", "ok")


def test_credentials_that_nobody_knows_end_it(tmp_path):
    with served_cloudfront() as endpoint:
        keys = {"AWS_ACCESS_KEY_ID": endpoint.access_key, "AWS_SECRET_ACCESS_KEY": "another"}
        operator = Operator(endpoint.url, tmp_path, **keys)
        operator.environment["AWS_REGION"] = "us-east-1"
        done = operator.run(built("cfbridge"), "doctor --bucket amzn-s3-demo-bucket --json")
        [found] = [json.loads(line) for line in done.stdout.splitlines()]
        assert done.returncode == 1 and found["check"] == "identity" and found["severity"] == "failure"
        assert "aws login" in found["cure"]
        operator.environment["AWS_SECRET_ACCESS_KEY"] = endpoint.secret_key
        done = operator.run(built("cfbridge"), "doctor --bucket amzn-s3-demo-bucket --json")
        assert json.loads(done.stdout.splitlines()[0])["severity"] == "ok"


def test_the_way_by_eventbridge(site):
    events = site.cloud("events")
    pattern = {"source": ["aws.s3"], "detail-type": ["Object Created", "Object Deleted"],
               "detail": {"bucket": {"name": [BUCKET]}}}

    def rule(**change):
        events.put_rule(Name="changes", State="ENABLED", EventPattern=json.dumps(pattern | change))
        events.put_targets(Rule="changes", Targets=[{"Id": "queue", "Arn": site.arn}])

    site.notify([])
    rule()
    site.expect("eventbridge", "failure", "scripts/deploy.sh")
    site.extras.eventbridge = True
    site.expect("eventbridge", "ok")
    events.disable_rule(Name="changes")
    site.obey(site.expect("eventbridge", "failure", "enable-rule"))
    found = site.findings()
    assert found["eventbridge"]["severity"] == found["notification"]["severity"] == "ok"
    rule(**{"detail-type": ["Object Created"]})
    site.expect("eventbridge", "warning", "Object Deleted")
    rule()
    site.notify(EVENTS)
    site.expect("eventbridge", "warning", "Take one of them away")
    site.notify([])
    site.expect("eventbridge", "ok")
    events.remove_targets(Rule="changes", Ids=["queue"])
    site.expect("eventbridge", "failure", "Add a rule")
    rule()
    site.expect("eventbridge", "ok")
    rule(detail={"bucket": {"name": ["other"]}})
    site.expect("eventbridge", "failure", "Add a rule")


def test_a_bucket_that_calls_the_function(site):
    arn = site.functions.get_function_configuration(FunctionName="bridge")["FunctionArn"]
    site.s3.put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "LambdaFunctionConfigurations": [{"LambdaFunctionArn": arn, "Events": EVENTS}]})
    cure = site.expect("function-policy", "failure", "add-permission")
    site.obey(cure)
    site.expect("function-policy", "ok")
    site.functions.remove_permission(FunctionName="bridge", StatementId="bucket")
    grant = {"FunctionName": "bridge", "StatementId": "bucket", "Action": "lambda:InvokeFunction",
             "Principal": "s3.amazonaws.com"}
    site.functions.add_permission(**grant, SourceArn="arn:aws:s3:::other", SourceAccount=ACCOUNT)
    site.expect("function-policy", "failure", "add-permission")
    site.functions.remove_permission(FunctionName="bridge", StatementId="bucket")
    site.functions.add_permission(**grant, SourceArn=f"arn:aws:s3:::{BUCKET}")
    cure = site.expect("function-policy", "warning", "--source-account")
    site.functions.remove_permission(FunctionName="bridge", StatementId="bucket")
    site.obey(cure)
    site.expect("function-policy", "ok")


def test_the_work_queue(site):
    site.variables(WORK_QUEUE=f"arn:aws:sqs:{REGION}:{ACCOUNT}:work")
    site.expect("work-queue", "failure", "WorkQueue=on")
    site.sqs.create_queue(QueueName="work")
    site.expect("work-queue", "failure", "ReportBatchItemFailures")
    mapping = site.functions.create_event_source_mapping(
        FunctionName="bridge", EventSourceArn=f"arn:aws:sqs:{REGION}:{ACCOUNT}:work")["UUID"]
    site.expect("work-queue", "failure", "ReportBatchItemFailures")

    def change_mapping(**values):
        site.functions.update_event_source_mapping(UUID=mapping, **values)

    change_mapping(FunctionResponseTypes=["ReportBatchItemFailures"])
    site.expect("work-queue", "warning", "maximum concurrency to 2")
    change_mapping(ScalingConfig={"MaximumConcurrency": 2})
    site.expect("work-queue", "ok")
    change_mapping(Enabled=False)
    site.obey(site.expect("work-queue", "failure", "cfbridge resume"))
    found = site.findings()
    # The event queue is still the one that is looked at.
    assert found["work-queue"]["severity"] == found["mapping"]["severity"] == "ok"
    assert found["permissions"]["severity"] == "ok"


def test_the_ledger(site):
    tables = site.cloud("dynamodb")

    def make(*keys: str):
        tables.create_table(
            TableName="ledger", BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"))])

    site.variables(LEDGER_TABLE="ledger")
    site.expect("ledger", "failure", "Ledger=on")
    site.expect("permissions", "failure", f"BatchGetItem on arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/ledger")
    site.allow([*ACTIONS, "dynamodb:*Item"])
    make("id")
    assert site.findings()["permissions"]["severity"] == "ok"
    site.expect("ledger", "failure", "pk")
    tables.delete_table(TableName="ledger")
    make("pk", "sk")
    site.obey(site.expect("ledger", "warning", "update-time-to-live"))
    site.expect("ledger", "ok")
    site.variables(LEDGER_TABLE="ledger", UNCHANGED_OBJECTS="skip")
    site.expect("settings", "failure", "Correct them")
    site.variables(LEDGER_TABLE="ledger", UNCHANGED_OBJECTS="skip", NOTIFIED_EVENTS=",".join(EVENTS))
    site.notify(EVENTS[:2])
    site.expect("ledger", "failure", EVENTS[2])
    site.notify(EVENTS)
    site.expect("ledger", "ok")
