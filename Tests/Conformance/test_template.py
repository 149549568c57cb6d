"""What template.yaml promises, checked on the template itself and on what SAM makes of it."""
import itertools
import json
import re

import pytest

from documented import table_after
from template_translation import MODES, ROOT, environment, source, translated

TEMPLATE = source()
PARAMETERS = TEMPLATE["Parameters"]
RESOURCES = TEMPLATE["Resources"]
TAG = 'team": "web'  # what the template makes of RequireTag team=web inside the text of a policy


def properties(name: str) -> dict:
    return RESOURCES[name]["Properties"]


def statements() -> list[dict]:
    """Every statement of the function's role."""
    documents = [policy["PolicyDocument"] for policy in properties("FunctionRole")["Policies"]]
    documents += [r["Properties"]["PolicyDocument"] for r in RESOURCES.values() if r["Type"] == "AWS::IAM::Policy"]
    documents = [json.loads(d["Fn::Sub"][0].replace("${Tag}", TAG)) if "Fn::Sub" in d else d for d in documents]
    return [statement for document in documents for statement in document["Statement"]]


def actions(statement: dict) -> set[str]:
    """All that the statement allows, whatever the parameters are."""
    found = statement["Action"]
    if isinstance(found, dict):
        return set().union(*found["Fn::If"][1:])
    return {found} if isinstance(found, str) else set(found)


# Who calls what with the function's role. The CloudFront calls are compared with the sources below.
CALLED_BY_THE_CODE = {
    "cloudfront:ListDistributions", "cloudfront:GetDistributionConfig", "cloudfront:GetCachePolicy",
    "cloudfront:CreateInvalidation",
    "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility", "sqs:SendMessage",
    "dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
}
# What DynamoDBAPI offers and the function does not call: cfbridge reads the history with it.
OFFERED_ONLY = {"dynamodb:Query"}
SERVICES = {"SQSAPI": "sqs", "DynamoDBAPI": "dynamodb"}
CALLED_BY_LAMBDA = {
    "logs:CreateLogStream", "logs:PutLogEvents",
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",  # the mapping
    "sqs:SendMessage",  # the destination of failed asynchronous invocations in Direct mode
    "xray:PutTraceSegments", "xray:PutTelemetryRecords",
}


def test_the_role_allows_what_is_called_and_nothing_else():
    allowed = {action for statement in statements() for action in actions(statement)}
    assert allowed == CALLED_BY_THE_CODE | CALLED_BY_LAMBDA
    assert all(statement["Effect"] == "Allow" for statement in statements())


def test_the_module_allows_the_same():
    role = (ROOT / "terraform" / "function.tf").read_text().split('resource "aws_iam_role_policy" "this"')[1]
    policy = role.split('resource "aws_lambda_function"')[0]
    listed = re.findall(r"\bAction\s+= \[(.+)\]", policy)
    assert {action for line in listed for action in re.findall(r'"([^"]+)"', line)} == CALLED_BY_THE_CODE | CALLED_BY_LAMBDA


def test_the_documents_table_of_permissions_names_the_same():
    rows = table_after("The function's role (", ROOT / "docs" / "deploying.md")
    named = [action for row in rows for action in re.findall(r"`(\w+:\w+)`", row[0])]
    assert sorted(named) == sorted(CALLED_BY_THE_CODE | CALLED_BY_LAMBDA)
    stars = {row[0]: row[3] for row in rows if row[1].startswith(("`*`", "the account's"))}
    assert all(stars.values()), f"a star without its reason: {stars}"


def test_every_request_the_code_can_make_has_a_statement():
    """Each request is a function that returns an AWSRequest, named like its operation."""
    called = set()
    for file in (ROOT / "Sources").rglob("*.swift"):
        # OperatorAPI is what cfbridge asks with the rights of whoever runs it; the function never links it.
        if file.parent.name not in ("AWSClient", "AWSJSON", "LocalCloud", "OperatorAPI"):
            names = re.findall(r"func (\w+)\([^{]*?\)\s*(?:throws\S*\s*)?-> AWSRequest\b", file.read_text())
            service = SERVICES.get(file.parent.name, "cloudfront")
            # A batch of SQS is the same action as its single form.
            operations = [f"{name[0].upper()}{name[1:]}".removesuffix("Batch") for name in names if name != "request"]
            called |= {f"{service}:{operation}" for operation in operations}
    assert called - OFFERED_ONLY == CALLED_BY_THE_CODE


def test_every_star_in_a_resource_has_its_reason_beside_it():
    lines = (ROOT / "template.yaml").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.search(r'Resource:.*\*|distribution/\*|arn:\*:cloudfront', line) and "Sid" not in line:
            near = "\n".join(lines[max(0, number - 14):number + 1])
            assert "Star:" in near, f"line {number + 1}: {line}"


def test_looking_up_is_allowed_only_where_it_happens():
    assert RESOURCES["LookUpPolicy"]["Condition"] == "LooksUpDistributions"
    for ids, is_looked_up in [("", True), ("E1EXAMPLE", False)]:
        for mapped in ("", "E2EXAMPLE"):
            assert is_met("LooksUpDistributions", CloudFrontDistributionId=ids, BucketDistributionIds=mapped) == (
                is_looked_up and not mapped)
    assert RESOURCES["FailedEventsPolicy"]["Condition"] == "UseDirect"
    assert RESOURCES["ConsumePolicy"]["Condition"] == "UseQueue"


def test_the_visibility_timeout_suffices_for_every_allowed_value():
    table = TEMPLATE["Mappings"]["VisibilityTimeout"]
    timeouts, windows = (PARAMETERS[name]["AllowedValues"] for name in ("TimeoutSeconds", "BatchingWindowSeconds"))
    assert set(table) == set(timeouts)
    for timeout, window in itertools.product(timeouts, ["0", *windows]):
        assert table[timeout][window] == int(timeout) + int(window) + 60
        changed = {"Latency": "low"} if window == "0" else {"BatchingWindowSeconds": window}
        assert resolved(properties("EventQueue")["VisibilityTimeout"], TimeoutSeconds=timeout, **changed) == table[timeout][window]


@pytest.mark.parametrize("latency,size,window", [("batch", "500", "60"), ("low", 10, 0)])
def test_low_latency_waits_for_no_batch(latency, size, window):
    """Without a window Lambda takes no more than 10 messages at a time."""
    mapping = properties("EventQueueMapping")
    changed = {"Latency": latency, "BatchSize": "500", "BatchingWindowSeconds": "60"}
    assert resolved(mapping["BatchSize"], **changed) == size
    assert resolved(mapping["MaximumBatchingWindowInSeconds"], **changed) == window


def test_messages_wait_as_long_as_the_function_says():
    queue = properties("EventQueue")
    assert queue["MessageRetentionPeriod"] == 14 * 86_400
    assert PARAMETERS["MaximumReceiveCount"]["Default"] == 100
    assert PARAMETERS["TimeoutSeconds"]["Default"] == "120"
    assert PARAMETERS["TimeoutSeconds"]["AllowedValues"][-1] == "900"
    allowed = {(action, json.dumps(statement["Resource"]))
               for statement in properties("ConsumePolicy")["PolicyDocument"]["Statement"]
               for action in actions(statement)}
    for action, queue in [("sqs:ChangeMessageVisibility", "EventQueue"), ("sqs:GetQueueAttributes", "EventQueue"),
                          ("sqs:SendMessage", "DeadLetterQueue")]:
        assert any(allowed_action == action and queue in resource for allowed_action, resource in allowed), action


def test_the_defaults_are_the_documented_ones():
    assert PARAMETERS["BatchingWindowSeconds"]["Default"] == "5"
    assert PARAMETERS["DeliveryMode"]["Default"] == "SQS"
    assert PARAMETERS["Runtime"]["Default"] == "provided.al2023"
    assert PARAMETERS["Runtime"]["AllowedValues"] == ["provided.al2023", "provided.al2"]
    assert PARAMETERS["Architecture"]["Default"] == "x86_64"


def test_every_parameter_is_described_grouped_and_constrained():
    grouped = [name for group in TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
               for name in group["Parameters"]]
    assert sorted(grouped) == sorted(PARAMETERS)
    for name, parameter in PARAMETERS.items():
        assert parameter["Description"], name
        assert set(parameter) & {"AllowedValues", "AllowedPattern", "MinValue"}, name
        assert "Default" in parameter or name == "BucketNames"


def test_every_parameter_has_a_label_of_its_own():
    labels = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]
    assert sorted(labels) == sorted(PARAMETERS)
    texts = [label["default"] for label in labels.values()]
    assert all(texts) and len(set(texts)) == len(texts)


def test_the_console_asks_for_eight_things_first_and_calls_the_planner_advanced():
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert len(groups[0]["Parameters"]) == 8
    advanced = {name for group in groups for name in group["Parameters"] if group["Label"]["default"].startswith("Advanced: ")}
    settings = set(environment().values()) - set(groups[0]["Parameters"])
    assert settings <= advanced


def test_the_application_names_files_that_exist():
    """Or neither SAM CLI nor the AWS CLI uploads anything."""
    application = TEMPLATE["Metadata"]["AWS::ServerlessRepo::Application"]
    for key in ("LicenseUrl", "ReadmeUrl"):
        assert (ROOT / application[key]).is_file()
    assert re.fullmatch(r"[A-Za-z0-9-]{1,140}", application["Name"]) and len(application["Description"]) <= 256
    assert len(application["Labels"]) <= 10 and len(application["Author"]) <= 127


def test_the_first_group_is_what_most_people_need():
    first = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"][0]["Parameters"]
    assert {"BucketNames", "DeliveryMode", "CloudFrontDistributionId", "DryRun", "AlarmTopicArn"} <= set(first)
    assert len(first) <= 8


@pytest.mark.parametrize("name", sorted(PARAMETERS))
def test_the_default_keeps_the_constraint(name):
    parameter = PARAMETERS[name]
    default = parameter.get("Default", "a-bucket")
    if "AllowedValues" in parameter:
        assert default in parameter["AllowedValues"]
    if "AllowedPattern" in parameter:
        assert re.search(parameter["AllowedPattern"], default)
    if "MinValue" in parameter:
        assert parameter["MinValue"] <= default <= parameter.get("MaxValue", default)


def test_failed_messages_are_reported_only_to_a_mapping_that_listens():
    variables = properties("BridgeFunction")["Environment"]["Variables"]
    # Nothing reports in Direct mode, so there the function's default holds, which is to throw.
    assert variables["SQS_FAILURES"] == {"Fn::If": ["UseQueue", {"Ref": "SqsFailures"}, {"Ref": "AWS::NoValue"}]}
    assert TEMPLATE["Conditions"]["ReportsFailures"] == {"Fn::Equals": [{"Ref": "SqsFailures"}, "report"]}
    assert properties("EventQueueMapping")["FunctionResponseTypes"] == {
        "Fn::If": ["ReportsFailures", ["ReportBatchItemFailures"], {"Ref": "AWS::NoValue"}]}
    assert PARAMETERS["SqsFailures"]["Default"] == "report"


def test_the_queue_admits_the_buckets_by_arn_and_account():
    statement = properties("EventQueuePolicy")["PolicyDocument"]["Statement"][0]["Fn::If"][1]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert "aws:SourceArn" in statement["Condition"]["ArnLike"]
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_each_environment_variable_has_a_parameter_of_its_own():
    used = list(environment().values())
    assert len(used) == len(set(used)) and set(used) <= set(PARAMETERS)


@pytest.mark.parametrize("mode,runtime", list(itertools.product(MODES, PARAMETERS["Runtime"]["AllowedValues"])))
def test_sam_adds_no_role_and_no_managed_policy(mode, runtime):
    resources = translated(BucketNames="assets", DeliveryMode=mode, Runtime=runtime)["Resources"]
    assert [n for n, r in resources.items() if r["Type"] == "AWS::IAM::Role"] == ["FunctionRole"]
    assert "ManagedPolicyArns" not in resources["FunctionRole"]["Properties"]
    assert resources["BridgeFunction"]["Properties"]["Runtime"] == {"Ref": "Runtime"}


def holds(condition, parameters: dict[str, str]):
    """What a condition of a rule is, as CloudFormation reads it."""
    if not isinstance(condition, dict):
        return condition
    (function, argument), = condition.items()
    if function == "Ref":
        return parameters[argument]
    if function == "Condition":
        return holds(TEMPLATE["Conditions"][argument], parameters)
    arguments = [holds(part, parameters) for part in argument]
    if function in ("Fn::And", "Fn::Or"):
        return all(arguments) if function == "Fn::And" else any(arguments)
    if function == "Fn::Not":
        return not arguments[0]
    return {"Fn::Equals": lambda a, b: a == b, "Fn::Contains": lambda a, b: b in a}[function](*arguments)


def values(**changed: str) -> dict[str, str]:
    return {name: str(parameter.get("Default", "")) for name, parameter in PARAMETERS.items()} | changed


def is_met(condition: str, **changed: str) -> bool:
    return holds(TEMPLATE["Conditions"][condition], values(**changed))


def broken_rules(**changed: str) -> list[str]:
    template = source()
    parameters = values(**changed)
    return [
        assertion["AssertDescription"] for rule in template["Rules"].values()
        if holds(rule["RuleCondition"], parameters)
        for assertion in rule["Assertions"] if not holds(assertion["Assert"], parameters)]


def resolved(value, **changed: str):
    """A value as CloudFormation makes it of the parameters; None where there is none."""
    if not isinstance(value, dict):
        return value
    (function, argument), = value.items()
    if function == "Ref":
        return {"AWS::NoValue": None, "AWS::StackName": "stack"}.get(argument) if "::" in argument else values(
            **changed)[argument]
    if function == "Fn::If":
        return resolved(argument[1] if is_met(argument[0], **changed) else argument[2], **changed)
    if function == "Fn::GetAtt":
        return argument if isinstance(argument, str) else ".".join(argument)
    assert function == "Fn::FindInMap"
    table, row, column = (resolved(part, **changed) for part in argument)
    return TEMPLATE["Mappings"][table][row][column]


def resolved_environment(**changed: str) -> dict[str, str]:
    """The function's environment as CloudFormation makes it of the parameters."""
    variables = properties("BridgeFunction")["Environment"]["Variables"]
    found = ((name, resolved(value, **changed)) for name, value in variables.items())
    return {name: value for name, value in found if value is not None}


def test_an_unset_setting_stays_out_of_the_environment():
    always = {"RATE_SHARES": "2", "POWERTOOLS_SERVICE_NAME": "stack"}
    assert resolved_environment() == always | {"SQS_FAILURES": "report"}
    assert resolved_environment(DeliveryMode="Direct") == always


@pytest.mark.parametrize("variable,parameter", sorted(environment().items()))
def test_a_setting_that_is_set_reaches_the_function(variable, parameter):
    default = str(PARAMETERS[parameter]["Default"])
    value = next((str(v) for v in PARAMETERS[parameter].get("AllowedValues", []) if str(v) != default), "7")
    reaching = "WorkItemQueue.Arn" if parameter == "WorkQueue" else value
    expected = {"RATE_SHARES": "2", "POWERTOOLS_SERVICE_NAME": "stack", "SQS_FAILURES": "report"} | {variable: reaching}
    assert resolved_environment(**{parameter: value}) == expected


WORK = ["WorkItemQueue", "WorkDeadLetterQueue", "WorkQueuePolicy", "WorkMapping", "WorkPolicy", "WorkDeadLetterAlarm", "RecursionAlarm"]


def test_there_is_a_work_queue_only_where_somebody_wants_one():
    assert PARAMETERS["WorkQueue"]["Default"] == "off"
    assert all(RESOURCES[name]["Condition"] == "UseWorkQueue" for name in WORK)
    assert not is_met("UseWorkQueue")
    assert is_met("UseWorkQueue", WorkQueue="on") and is_met("UseWorkQueue", WorkQueue="on", DeliveryMode="EventBridge")
    assert not is_met("UseWorkQueue", WorkQueue="on", DeliveryMode="Direct")
    assert broken_rules(WorkQueue="on") == []
    assert broken_rules(WorkQueue="on", DeliveryMode="Direct") != []
    assert broken_rules(WorkQueue="on", SqsFailures="throw") != []


def test_the_work_queue_is_a_standard_queue_with_a_mapping_and_a_redrive_of_its_own():
    queue, mapping = properties("WorkItemQueue"), properties("WorkMapping")
    assert "FifoQueue" not in queue
    assert queue["RedrivePolicy"]["deadLetterTargetArn"] == {"Fn::GetAtt": ["WorkDeadLetterQueue", "Arn"]}
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["ScalingConfig"] == {"MaximumConcurrency": 2}
    for timeout in PARAMETERS["TimeoutSeconds"]["AllowedValues"]:
        visibility = resolved(queue["VisibilityTimeout"], TimeoutSeconds=timeout)
        assert visibility == int(timeout) + mapping["MaximumBatchingWindowInSeconds"] + 60


def test_lambda_may_end_a_loop_and_somebody_hears_of_it():
    assert "RecursiveLoop" not in properties("BridgeFunction")  # Terminate is the default
    alarm = properties("RecursionAlarm")
    assert (alarm["MetricName"], alarm["Threshold"]) == ("RecursiveInvocationsDropped", 1)


def test_the_queue_starts_two_at_once_so_one_is_not_enough():
    assert broken_rules(ReservedConcurrency="1") != []
    assert broken_rules(ReservedConcurrency="1", DeliveryMode="Direct") == []
    assert broken_rules(ReservedConcurrency="2") == []


MAP = '{"assets": ["E2EXAMPLE"]}'


@pytest.mark.parametrize("changed,is_refused", [
    ({}, False),
    ({"CloudFrontDistributionId": "E1EXAMPLE"}, False),
    ({"BucketDistributions": MAP}, False),
    ({"CloudFrontDistributionId": "E1EXAMPLE", "BucketDistributions": MAP}, True),
    ({"CloudFrontDistributionId": "E1EXAMPLE", "BucketDistributions": MAP, "BucketDistributionIds": "E2EXAMPLE"}, False),
    ({"BucketDistributionIds": "E2EXAMPLE"}, True),
])
def test_the_role_knows_the_ids_of_the_map_wherever_ids_limit_it(changed, is_refused):
    assert (broken_rules(**changed) != []) == is_refused


@pytest.mark.parametrize("value,is_taken", [
    ("", True), ("team=web", True), ("a key/of:mine=a value", True), ("flag=", True),
    ("team", False), ("=web", False), ("a=b=c", False), ('a"=b', False), ("a=${b}", False), ("a=b\\", False), ("größe=1", False),
])
def test_a_required_tag_is_a_key_and_a_value_that_a_policy_can_hold(value, is_taken):
    """The policy is text, so neither may end a word of it."""
    assert bool(re.fullmatch(PARAMETERS["RequireTag"]["AllowedPattern"], value)) == is_taken


def test_one_statement_at_a_time_lets_the_role_invalidate():
    (plain,) = [s for s in statements() if isinstance(s["Action"], dict)]
    assert plain["Action"] == {"Fn::If": [
        "RequiresTag", ["cloudfront:GetDistributionConfig"],
        ["cloudfront:CreateInvalidation", "cloudfront:GetDistributionConfig"]]}
    assert RESOURCES["InvalidateTaggedPolicy"]["Condition"] == "RequiresTag"
    assert not is_met("RequiresTag") and is_met("RequiresTag", RequireTag="team=web")
