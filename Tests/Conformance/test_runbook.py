"""The commands of the runbook as the documents print them, run by the real AWS CLI against moto."""
import json
import os
import re
import shlex
import subprocess
import time
from pathlib import Path

import pytest

from documented import documented
from moto_cloud import CREDENTIALS, REGION, STACK, Cloud, cloud  # noqa: F401 (a fixture)
from template_translation import ROOT

BUCKET = "www.example.com"
# An option, since version 1 of the CLI takes no notice of AWS_ENDPOINT_URL for queues.
TO_MOTO = 'aws() { command aws --endpoint-url "$MOTO" "$@"; }\n'


def run(cloud: Cloud, folder: Path, beginning: str, **names: str) -> str:  # noqa: F811
    """Runs the documented command that begins like this, real names in the place of its placeholders."""
    command = documented(beginning)
    for placeholder in sorted(names, key=len, reverse=True):
        command, count = re.subn(
            rf"(?<![\w-]){re.escape(placeholder)}(?![\w-])", lambda _: shlex.quote(names[placeholder]), command)
        assert count > 0, (placeholder, command)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", TO_MOTO + command], cwd=folder, text=True, capture_output=True,
        stdin=subprocess.DEVNULL, timeout=60, env={
            **CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "MOTO": cloud.url, "HOME": str(folder),
            "PATH": f"{ROOT / '.build' / 'venv' / 'bin'}:{os.environ['PATH']}"})
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout


def invalidate(cloud: Cloud, distribution: str, reference: str, *paths: str) -> str:  # noqa: F811
    answer = cloud("cloudfront").create_invalidation(DistributionId=distribution, InvalidationBatch={
        "CallerReference": reference, "Paths": {"Quantity": len(paths), "Items": list(paths)}})
    return answer["Invalidation"]["Id"]


@pytest.mark.parametrize("asked,sent,covering", [
    ("/blog/index.html", ["/blog/index.html"], ["/blog/index.html"]),
    ("/shop/a.html", ["/shop/*"], ["/shop/*"]),
    ("/shop/", ["/shop/*"], ["/shop/*"]),
    ("/shop/a.html", ["/*"], ["/*"]),
    ("/shop/a.html", ["/shop/a.html", "/sh*", "/img/*"], ["/shop/a.html", "/sh*"]),
    ("/größe+%22.html", ["/gr*"], ["/gr*"]),
    ("/shop", ["/shop/*"], []),
    ("/shop/a.html", ["/Shop/*", "/shop/A.html"], []),
    ("/shop/a.html", ["/shop/a", "/shop/a.html.gz", "/hop/*"], []),
    # A star elsewhere than at the end is no wildcard.
    ("/shop/a.html", ["/shop/*.html"], []),
])
def test_a_request_is_found_by_path(cloud, tmp_path, asked, sent, covering):  # noqa: F811
    mine = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    invalidate(cloud, mine, "other", "/other/*", "/other.html")
    wanted = invalidate(cloud, mine, "wanted", *sent)
    found = run(cloud, tmp_path, "for id in", **{"ID": mine, "/blog/index.html": asked}).splitlines()
    if covering:
        (line,) = found
        # moto has COMPLETED where CloudFront has Completed.
        assert re.fullmatch(rf"\d{{4}}-\S+ {wanted} COMPLETED {re.escape(' '.join(covering))}", line), line
    else:
        assert found == []


def test_every_request_that_covers_the_path_is_found(cloud, tmp_path):  # noqa: F811
    mine = cloud.make_distribution(f"{BUCKET}.s3.{REGION}.amazonaws.com")
    wanted = {invalidate(cloud, mine, path, path) for path in ("/blog/index.html", "/blog/*", "/*")}
    lines = run(cloud, tmp_path, "for id in", ID=mine).splitlines()
    assert {line.split()[1] for line in lines} == wanted


def test_the_outputs_name_what_the_other_commands_need(cloud, tmp_path):  # noqa: F811
    outputs = cloud.make_stack(BucketNames=BUCKET)
    table = run(cloud, tmp_path, "aws cloudformation describe-stacks", STACK=STACK)
    for name in ("FunctionName", "FunctionArn", "QueueUrl", "QueueArn", "DeadLetterQueueUrl", "DeadLetterQueueArn"):
        assert name in table and outputs[name] in table
    assert "LogGroupName" in table


def test_the_stack_goes(cloud, tmp_path):  # noqa: F811
    cloud.make_stack(BucketNames=BUCKET, DeliveryMode="Direct")
    run(cloud, tmp_path, "aws cloudformation delete-stack", STACK=STACK)
    (stack,) = cloud("cloudformation").list_stacks()["StackSummaries"]
    assert stack["StackStatus"] == "DELETE_COMPLETE"


def test_a_topic_is_let_in(cloud, tmp_path):  # noqa: F811
    outputs = cloud.make_stack(BucketNames="NONE", DeliveryMode="Direct")
    topic = cloud("sns").create_topic(Name="uploads")["TopicArn"]
    run(cloud, tmp_path, "aws lambda add-permission", FUNCTION=outputs["FunctionName"], TOPIC_ARN=topic)
    run(cloud, tmp_path, "aws sns subscribe", FUNCTION_ARN=outputs["FunctionArn"], TOPIC_ARN=topic)
    (statement,) = json.loads(cloud("lambda").get_policy(FunctionName=outputs["FunctionName"])["Policy"])["Statement"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Action"] == "lambda:InvokeFunction"
    assert statement["Condition"] == {"ArnLike": {"AWS:SourceArn": topic}}
    (subscription,) = cloud("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("lambda", outputs["FunctionArn"])


def test_the_old_permission_goes(cloud, tmp_path):  # noqa: F811
    function = cloud.make_stack(BucketNames=BUCKET, DeliveryMode="Direct")["FunctionName"]
    cloud("lambda").add_permission(
        FunctionName=function, StatementId="s3perms-B", Action="lambda:InvokeFunction", Principal="s3.amazonaws.com")
    run(cloud, tmp_path, "aws lambda remove-permission", OLD=function)
    with pytest.raises(cloud("lambda").exceptions.ResourceNotFoundException):
        cloud("lambda").get_policy(FunctionName=function)


def test_a_dead_letter_is_shown(cloud, tmp_path):  # noqa: F811
    url = cloud.make_stack(BucketNames=BUCKET)["DeadLetterQueueUrl"]
    cloud("sqs").send_message(QueueUrl=url, MessageBody="first")
    cloud("sqs").send_message(QueueUrl=url, MessageBody="second")
    (message,) = json.loads(run(
        cloud, tmp_path, "aws sqs receive-message --queue-url DEAD_LETTER_QUEUE_URL --max", DEAD_LETTER_QUEUE_URL=url,
    ))["Messages"]
    assert message["Body"] in ("first", "second") and message["Attributes"]["ApproximateReceiveCount"] == "1"


def test_a_failed_invocation_is_taken_out_of_the_dead_letters(cloud, tmp_path):  # noqa: F811
    url = cloud.make_stack(BucketNames=BUCKET, DeliveryMode="Direct")["DeadLetterQueueUrl"]
    event = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "größe \"1\".txt"}}}]}
    cloud("sqs").send_message(QueueUrl=url, MessageBody=json.dumps({
        "version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event}))
    run(cloud, tmp_path, "aws sqs receive-message --queue-url DEAD_LETTER_QUEUE_URL --output", DEAD_LETTER_QUEUE_URL=url)
    assert json.loads((tmp_path / "event.json").read_text()) == event

    cloud("sqs").purge_queue(QueueUrl=url)
    cloud("sqs").send_message(QueueUrl=url, MessageBody="done by hand")
    (message,) = cloud("sqs").receive_message(QueueUrl=url, VisibilityTimeout=0)["Messages"]
    run(cloud, tmp_path, "aws sqs delete-message", DEAD_LETTER_QUEUE_URL=url, HANDLE=message["ReceiptHandle"])
    assert "Messages" not in cloud("sqs").receive_message(QueueUrl=url)


def test_an_invalidation_request_is_sent(cloud, tmp_path):  # noqa: F811
    url = cloud.make_stack(BucketNames=BUCKET)["QueueUrl"]
    run(cloud, tmp_path, "aws sqs send-message", QUEUE_URL=url, ID="E2EXAMPLE")
    (message,) = cloud("sqs").receive_message(QueueUrl=url)["Messages"]
    assert json.loads(message["Body"]) == {"invalidationRequest": {"target": "E2EXAMPLE", "paths": ["/a.jpg"]}}


def test_accepted_batches_are_subscribed(cloud, tmp_path):  # noqa: F811
    outputs = cloud.make_stack(BucketNames=BUCKET)
    group = "/aws/lambda/reader"
    cloud("logs").create_log_group(logGroupName=group)
    run(cloud, tmp_path, "aws logs put-subscription-filter", LOG_GROUP=group, OTHER=outputs["FunctionArn"])
    (found,) = cloud("logs").describe_subscription_filters(logGroupName=group)["subscriptionFilters"]
    assert found["filterPattern"] == '{ $.message = "Invalidated" }'
    assert found["destinationArn"] == outputs["FunctionArn"]


def test_notifications_are_shown_and_restored(cloud, tmp_path):  # noqa: F811
    cloud.make_bucket(BUCKET)
    cloud("sns").create_topic(Name="others")
    cloud("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={
        "TopicConfigurations": [{
            "Id": "others", "TopicArn": f"arn:aws:sns:{REGION}:123456789012:others", "Events": ["s3:ObjectCreated:*"]}]})
    before = cloud.notification(BUCKET)
    shown = run(cloud, tmp_path, "aws s3api get-bucket-notification-configuration", B=BUCKET)
    copy = tmp_path / ".build" / "notifications" / "copy.json"
    copy.parent.mkdir(parents=True)
    copy.write_text(shown)
    cloud("s3").put_bucket_notification_configuration(Bucket=BUCKET, NotificationConfiguration={})
    assert cloud.notification(BUCKET) != before
    run(cloud, tmp_path, "aws s3api put-bucket-notification-configuration",
        B=BUCKET, **{"notification-B-….json": "copy.json"})
    assert cloud.notification(BUCKET) == before


def test_the_log_is_kept(cloud, tmp_path):  # noqa: F811
    group = "/aws/lambda/bridge"
    logs = cloud("logs")
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    now = int(time.time() * 1000)
    logs.put_log_events(logGroupName=group, logStreamName="a", logEvents=[
        {"timestamp": now - 2 * 86_400_000, "message": "old"}, {"timestamp": now - 1000, "message": "new"}])
    run(cloud, tmp_path, "aws logs filter-log-events --log-group-name LOG_GROUP", LOG_GROUP=group)
    assert [event["message"] for event in json.loads((tmp_path / "log.json").read_text())["events"]] == ["new"]


def test_concurrency_is_shown_and_reserved(cloud, tmp_path):  # noqa: F811
    function = cloud.make_stack(BucketNames=BUCKET)["FunctionName"]
    run(cloud, tmp_path, "aws lambda put-function-concurrency", FUNCTION=function)
    shown = json.loads(run(cloud, tmp_path, "aws lambda get-function-concurrency", FUNCTION=function))
    assert shown["ReservedConcurrentExecutions"] == 10
    (mapping,) = cloud("lambda").list_event_source_mappings(FunctionName=function)["EventSourceMappings"]
    at_once = json.loads(run(cloud, tmp_path, "aws lambda list-event-source-mappings", FUNCTION=function))
    assert at_once == [mapping["ScalingConfig"]["MaximumConcurrency"]]


def test_those_who_invalidate_are_listed(tmp_path):
    """moto records no events, so the answer is one that CloudTrail's documentation shows."""
    def event(arn: str, **more) -> dict:
        return {"EventName": "CreateInvalidation", "CloudTrailEvent": json.dumps({
            "eventTime": "2026-11-20T10:00:00Z", "userIdentity": {"type": "AssumedRole", "arn": arn},
            "requestParameters": {"distributionId": "E1SAMPLESITE01"}, **more})}

    (tmp_path / "answer.json").write_text(json.dumps({"Events": [
        event("arn:aws:sts::123456789012:assumed-role/bridge/bridge", errorCode="ThrottlingException"),
        event("arn:aws:iam::123456789012:user/deploy")]}))
    stub = 'aws() { [[ $* == "cloudtrail lookup-events --region us-east-1 "*CreateInvalidation* ]] && cat answer.json; }\n'
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", stub + documented("aws cloudtrail lookup-events")], cwd=tmp_path, text=True,
        capture_output=True, timeout=60, check=True)
    assert done.stdout.splitlines() == [
        "2026-11-20T10:00:00Z ThrottlingException E1SAMPLESITE01 arn:aws:sts::123456789012:assumed-role/bridge/bridge",
        "2026-11-20T10:00:00Z accepted E1SAMPLESITE01 arn:aws:iam::123456789012:user/deploy"]
