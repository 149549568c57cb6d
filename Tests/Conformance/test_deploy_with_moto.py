"""From an existing bucket to an invalidation and back, against moto and the real AWS CLI.

moto drops EventBridgeConfiguration from its answers, accepts overlaps and dead destinations, and
fails on updating a stack with conditional resources; what that hides is tested with the fake CLI in
Tests/scripts.
"""
import ast
import json
import warnings

import pytest

from moto_cloud import REGION, STACK, Cloud, cloud  # noqa: F401 (a fixture)
from runtime_api import require_bootstrap, run_bootstrap
from template_translation import MODES, environment

BUCKET = "www.example.com"
# What is uploaded, and the paths that must be invalidated for it.
OBJECTS = {
    "a b+c.html": {"/a%20b%2Bc.html"},
    "docs/index.html": {"/docs/index.html", "/docs/"},
    "größe.txt": {"/gr%C3%B6%C3%9Fe.txt"},
}


def make_account(cloud: Cloud) -> tuple[str, str]:
    """A bucket with other people's notifications, its distribution and one of another bucket."""
    cloud.make_bucket(BUCKET)
    mine = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    other = cloud.make_distribution(f"example.com.s3.{REGION}.amazonaws.com")
    topic = cloud("sns").create_topic(Name="others")["TopicArn"]
    cloud("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "TopicConfigurations": [{
            "Id": "others-topic", "TopicArn": topic, "Events": ["s3:ObjectCreated:Put"],
            "Filter": {"Key": {"FilterRules": [{"Name": "suffix", "Value": ".upload"}]}}}],
        "LambdaFunctionConfigurations": [{
            "Id": "others-function", "Events": ["s3:ObjectRestore:*"],
            "LambdaFunctionArn": f"arn:aws:lambda:{REGION}:123456789012:function:thumbnails"}],
    })
    return mine, other


def receive(cloud: Cloud, url: str) -> list[dict]:
    """Everything in the queue, as Lambda's mapping hands it to the function."""
    records = []
    while messages := cloud("sqs").receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1, AttributeNames=["All"]).get("Messages"):
        for message in messages:
            records.append({
                "messageId": message["MessageId"], "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"], "attributes": message["Attributes"], "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"], "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:{STACK}", "awsRegion": REGION})
            cloud("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return records


def put_objects(cloud: Cloud):
    for key in OBJECTS:
        cloud("s3").put_object(Bucket=BUCKET, Key=key, Body=b"x")


def events_of_mode(cloud: Cloud, mode: str, outputs: dict) -> list[dict]:
    """Uploads, and returns what the function is then invoked with."""
    if mode != "Direct":
        receive(cloud, outputs["QueueUrl"])  # test events of the set-up
        put_objects(cloud)
        return [{"Records": receive(cloud, outputs["QueueUrl"])}]
    # moto cannot start the function, so a queue of the test catches what S3 sends.
    queue = cloud("sqs").create_queue(QueueName="catch")["QueueUrl"]
    before = json.loads(cloud.notification(BUCKET))
    cloud("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "QueueConfigurations": [{
            "QueueArn": f"arn:aws:sqs:{REGION}:123456789012:catch",
            "Events": before["LambdaFunctionConfigurations"][-1]["Events"]}]})
    receive(cloud, queue)
    put_objects(cloud)
    events = [json.loads(record["body"]) for record in receive(cloud, queue)]
    cloud("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration=before)
    return events


FILTERS = ["--suffix", ".html", "--suffix", ".txt"]  # beside the others' .upload


@pytest.mark.parametrize("mode", MODES)
def test_an_existing_bucket_is_wired_used_and_unwired(cloud, mode):  # noqa: F811
    mine, other = make_account(cloud)
    before = cloud.notification(BUCKET)
    outputs = cloud.make_stack(BucketNames=BUCKET, DeliveryMode=mode)
    options = ["--bucket", BUCKET, *(FILTERS if mode != "EventBridge" else [])]

    first = cloud.deploy(*options)
    assert first.returncode == 0, first.stderr
    wired = json.loads(cloud.notification(BUCKET))
    assert [t["Id"] for t in wired["TopicConfigurations"]] == ["others-topic"]
    assert "others-function" in [c["Id"] for c in wired["LambdaFunctionConfigurations"]]

    second = cloud.deploy(*options)
    assert second.returncode == 0, second.stderr
    if mode == "EventBridge":
        assert "now differs from what was written" in second.stderr  # what moto drops
    else:
        assert "done: nothing had to change" in second.stderr

    events = events_of_mode(cloud, mode, outputs)
    assert events and all(event["Records"] for event in events)
    check_invalidations(cloud, mode, outputs, events, mine, other)

    removed = cloud.deploy("--bucket", BUCKET, "--remove")
    assert removed.returncode == 0, removed.stderr
    assert cloud.notification(BUCKET) == before
    if mode == "Direct":
        with pytest.raises(cloud("lambda").exceptions.ResourceNotFoundException):
            cloud("lambda").get_policy(FunctionName=outputs["FunctionName"])
    again = cloud.deploy("--bucket", BUCKET, "--remove")
    assert "done: nothing had to change" in again.stderr, again.stderr


def check_invalidations(cloud, mode, outputs, events, mine, other):  # noqa: F811
    """Feeds the events to the built bootstrap and reads back what it sent."""
    try:
        answers = run_bootstrap(cloud.function_environment(outputs), *events)
    except pytest.skip.Exception as reason:
        warnings.warn(f"the events were not handled: {reason}")
        return
    assert [kind for kind, _ in answers] == ["response"] * len(events), answers
    if mode != "Direct":
        assert answers == [("response", {"batchItemFailures": []})]
    assert sorted(cloud.invalidated_paths(mine)) == sorted(set().union(*OBJECTS.values()))
    assert cloud.invalidated_paths(other) == []


@pytest.mark.parametrize("runtime", ["provided.al2023", "provided.al2"])
@pytest.mark.parametrize("mode", MODES)
def test_the_stack_in_the_account_is_what_the_mode_needs(cloud, mode, runtime):  # noqa: F811
    outputs = cloud.make_stack(
        BucketNames=f"{BUCKET},assets", DeliveryMode=mode, BatchingWindowSeconds="20", Runtime=runtime)
    function = cloud("lambda").get_function_configuration(FunctionName=outputs["FunctionName"])
    assert function["Runtime"] == runtime
    target = outputs["NotificationDestinationArn"]
    if mode == "Direct":
        assert target == outputs["FunctionArn"] and "QueueUrl" not in outputs
        return
    assert target == ("eventbridge" if mode == "EventBridge" else outputs["QueueArn"])
    queue = cloud("sqs").get_queue_attributes(QueueUrl=outputs["QueueUrl"], AttributeNames=["All"])["Attributes"]
    assert queue["VisibilityTimeout"] == str(120 + 20 + 60)
    assert json.loads(queue["RedrivePolicy"])["deadLetterTargetArn"] == outputs["DeadLetterQueueArn"]
    (mapping,) = cloud("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["MaximumBatchingWindowInSeconds"] == 20


@pytest.mark.parametrize("latency,size,window", [("low", 10, 0), ("batch", 1000, 5)])
def test_low_latency_reaches_mapping_and_queue(cloud, latency, size, window):  # noqa: F811
    outputs = cloud.make_stack(BucketNames=BUCKET, Latency=latency)
    (mapping,) = cloud("lambda").list_event_source_mappings()["EventSourceMappings"]
    assert (mapping["BatchSize"], mapping.get("MaximumBatchingWindowInSeconds", 0)) == (size, window)
    queue = cloud("sqs").get_queue_attributes(QueueUrl=outputs["QueueUrl"], AttributeNames=["All"])["Attributes"]
    assert queue["VisibilityTimeout"] == str(120 + window + 60)


def role_statements(cloud: Cloud) -> list[dict]:  # noqa: F811
    iam = cloud("iam")
    (role,) = iam.list_roles()["Roles"]
    statements = []
    for name in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
        document = iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"]
        if isinstance(document, str):  # moto answers most of a role's own policies as Python text
            document = json.loads(document) if document.startswith('{"') else ast.literal_eval(document)
        statements += document["Statement"]
    return statements


EVERY_DISTRIBUTION = "arn:aws:cloudfront::123456789012:distribution/*"
FIRST, SECOND, THIRD = (f"arn:*:cloudfront::*:distribution/E{number}EXAMPLE" for number in (1, 2, 3))


@pytest.mark.parametrize("tag,condition", [
    ({}, None),
    ({"RequireTag": "team of=web:prod"}, {"StringEquals": {"aws:ResourceTag/team of": "web:prod"}}),
])
@pytest.mark.parametrize("parameters,resources,looks_up", [
    ({}, EVERY_DISTRIBUTION, True),
    ({"CloudFrontDistributionId": "E1EXAMPLE"}, [FIRST], False),
    ({"CloudFrontDistributionId": "E1EXAMPLE,E2EXAMPLE"}, [FIRST, SECOND], False),
    ({"CloudFrontDistributionId": "E1EXAMPLE", "BucketDistributions": '{"assets": ["E2EXAMPLE", "E3EXAMPLE"]}',
      "BucketDistributionIds": "E2EXAMPLE,E3EXAMPLE"}, [FIRST, SECOND, THIRD], False),
    ({"BucketDistributions": '{"assets": ["E2EXAMPLE"]}', "BucketDistributionIds": "E2EXAMPLE"}, [SECOND], False),
    # Buckets that the map does not name are looked up.
    ({"BucketDistributions": '{"assets": ["E2EXAMPLE"]}'}, EVERY_DISTRIBUTION, True),
])
def test_the_role_reaches_no_more_distributions_than_are_named(
        cloud, parameters, resources, looks_up, tag, condition):  # noqa: F811
    cloud.make_stack(BucketNames=BUCKET, **parameters, **tag)
    statements = role_statements(cloud)
    (invalidate,) = [s for s in statements if "cloudfront:CreateInvalidation" in s["Action"]]
    (read,) = [s for s in statements if "cloudfront:GetDistributionConfig" in s["Action"]]
    assert read["Resource"] == resources and "Condition" not in read
    assert as_list(invalidate["Resource"]) == as_list(resources)
    assert invalidate.get("Condition") == condition
    assert any("cloudfront:ListDistributions" in s["Action"] for s in statements) == looks_up


def as_list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("pattern,detail", [
    ("", {"bucket": {"name": [BUCKET, "assets"]}}),
    ("site/*.html", {"bucket": {"name": [BUCKET, "assets"]}, "object": {"key": [{"wildcard": "site/*.html"}]}}),
])
def test_the_rule_takes_the_buckets_and_the_pattern(cloud, pattern, detail):  # noqa: F811
    cloud.make_stack(BucketNames=f"{BUCKET},assets", DeliveryMode="EventBridge", KeyPattern=pattern)
    (rule,) = cloud("events").list_rules()["Rules"]
    assert json.loads(rule["EventPattern"])["detail"] == detail


def test_the_smoke_test_sees_its_invalidation(cloud):  # noqa: F811
    require_bootstrap()
    cloud.make_bucket(BUCKET)
    mine = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    outputs = cloud.make_stack(BucketNames=BUCKET)
    assert cloud.deploy("--bucket", BUCKET).returncode == 0
    receive(cloud, outputs["QueueUrl"])
    smoke = cloud.start("smoke.sh", "--bucket", BUCKET, "--region", REGION, "--timeout", "60")
    while smoke.poll() is None:
        if records := receive(cloud, outputs["QueueUrl"]):
            run_bootstrap(cloud.function_environment(outputs), {"Records": records})
    assert smoke.returncode == 0, smoke.stderr.read()
    assert f"{mine}: " in smoke.stdout.read()
    assert "Contents" not in cloud("s3").list_objects_v2(Bucket=BUCKET)


def test_a_bucket_that_is_removed_leaves_the_others_wired(cloud):  # noqa: F811
    for name in (BUCKET, "assets"):
        cloud.make_bucket(name)
    cloud.make_stack(BucketNames=f"assets,{BUCKET}", DeliveryMode="SQS")
    wired = cloud.deploy("--bucket", BUCKET, "--bucket", "assets")
    assert wired.returncode == 0, wired.stderr
    removed = cloud.deploy("--bucket", BUCKET, "--remove")
    assert removed.returncode == 0, removed.stderr
    assert "QueueConfigurations" not in cloud.notification(BUCKET)
    assert "QueueConfigurations" in cloud.notification("assets")


# A value that no such setting takes, past the template's own constraints.
REFUSED = {
    "CLOUDFRONT_DISTRIBUTION_ID": "not an id", "BUCKET_DISTRIBUTIONS": "{1}", "ORIGIN_PATH": "no-slash",
    "REQUESTS": "perhaps", "SQS_FAILURES": "hide", "DRY_RUN": "perhaps", "INDEX_DOCUMENTS": "a/path",
    "IMMUTABLE_KEYS": "/a", "LEDGER_TABLE": "a b", "LEDGER_STAMP": "a b", "NOTIFIED_EVENTS": "perhaps",
}
# Settings that take any text, and one whose value is the queue that the stack makes.
REFUSE_NOTHING = {"POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_SERVICE_NAME", "WORK_QUEUE"}


@pytest.mark.parametrize("name,parameter", [pair for pair in sorted(environment().items()) if pair[0] not in REFUSE_NOTHING])
def test_a_value_set_in_the_stack_reaches_the_bootstrap(cloud, name, parameter):  # noqa: F811
    require_bootstrap()
    outputs = cloud.make_stack(BucketNames=BUCKET, **{parameter: REFUSED.get(name, "-1")})
    ((kind, answer),) = run_bootstrap(cloud.function_environment(outputs))
    assert kind == "init"
    assert name in answer["errorMessage"]


def test_the_named_distribution_and_origin_path_of_the_stack_are_used(cloud):  # noqa: F811
    require_bootstrap()
    cloud.make_bucket(BUCKET)
    looked_up = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    named = cloud.make_distribution("cdn.s3.eu-west-1.amazonaws.com")
    outputs = cloud.make_stack(BucketNames=BUCKET, BucketDistributions=json.dumps({BUCKET: [named]}), OriginPath="/site")
    assert cloud.deploy("--bucket", BUCKET).returncode == 0
    receive(cloud, outputs["QueueUrl"])
    cloud("s3").put_object(Bucket=BUCKET, Key="site/a.css", Body=b"x")
    event = {"Records": receive(cloud, outputs["QueueUrl"])}
    assert run_bootstrap(cloud.function_environment(outputs), event) == [("response", {"batchItemFailures": []})]
    assert cloud.invalidated_paths(named) == ["/a.css"]
    assert cloud.invalidated_paths(looked_up) == []


def test_a_dry_run_sends_nothing(cloud):  # noqa: F811
    require_bootstrap()
    mine, _ = make_account(cloud)
    outputs = cloud.make_stack(BucketNames=BUCKET, DryRun="true")
    assert cloud.deploy("--bucket", BUCKET, *FILTERS).returncode == 0
    (event,) = events_of_mode(cloud, "SQS", outputs)
    assert run_bootstrap(cloud.function_environment(outputs), event) == [("response", {"batchItemFailures": []})]
    assert cloud.invalidated_paths(mine) == []


@pytest.mark.parametrize("choice,kind", [("report", "response"), ("throw", "error")])
def test_failures_are_reported_or_thrown_as_the_stack_says(cloud, choice, kind):  # noqa: F811
    require_bootstrap()
    outputs = cloud.make_stack(BucketNames=BUCKET, SqsFailures=choice)
    message = {
        "messageId": "poison", "receiptHandle": "r", "body": "no JSON", "attributes": {}, "messageAttributes": {},
        "md5OfBody": "", "eventSource": "aws:sqs", "eventSourceARN": outputs["QueueArn"], "awsRegion": REGION}
    ((answered, body),) = run_bootstrap(cloud.function_environment(outputs), {"Records": [message]})
    assert answered == kind
    if kind == "response":
        assert body == {"batchItemFailures": [{"itemIdentifier": "poison"}]}
