"""The metrics that bootstrap prints: CloudWatch's rules, and what dashboard, alarms and document make of them."""
import copy
import datetime
import json
import re

import pytest
from aws_embedded_metrics import constants, validator
from aws_embedded_metrics.storage_resolution import StorageResolution

from documented import table_after
from printed_lines import all_lines, event, printed
from product import ROOT, served_cloudfront
from template_translation import source

TEMPLATE = source()
NAMESPACE = TEMPLATE["Parameters"]["PowertoolsMetricsNamespace"]["Default"]
DASHBOARD = ROOT / "terraform" / "dashboard.json.tftpl"
DOCUMENT = ROOT / "docs" / "operating.md"
# What AWS publishes by itself.
AWS_METRICS = {
    ("AWS/Lambda", name, ("FunctionName",)) for name in ("Errors", "Throttles", "RecursiveInvocationsDropped")} | {
    ("AWS/SQS", name, ("QueueName",)) for name in ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")} | {
    ("AWS/Logs", "EMFValidationErrors", ("LogGroupName",))}


@pytest.fixture(scope="module")
def lines(tmp_path_factory) -> list[dict]:
    return [line for line in all_lines(tmp_path_factory.mktemp("metrics")) if "_aws" in line]


def check(line: dict):
    """The rules of the specification, and AWS's own validator for names, values and times."""
    assert line["level"] in ("INFO", "WARN", "ERROR", "FATAL") and line["timestamp"].endswith("Z")
    metadata = line["_aws"]
    assert type(metadata["Timestamp"]) is int
    validator.validate_timestamp(
        datetime.datetime.fromtimestamp(metadata["Timestamp"] / 1000, datetime.timezone.utc).replace(tzinfo=None)
        + (datetime.datetime.now() - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)))
    assert len(json.dumps(line)) < 256 << 10
    assert metadata["CloudWatchMetrics"]
    for directive in metadata["CloudWatchMetrics"]:
        validator.validate_namespace(directive["Namespace"])
        assert not directive["Namespace"].startswith("AWS/")
        assert 0 < len(directive["Metrics"]) <= constants.MAX_METRICS_PER_EVENT and directive["Dimensions"]
        for names in directive["Dimensions"]:
            assert all(isinstance(line[name], str) for name in names)
            validator.validate_dimension_set({name: line[name] for name in names})
        for metric in directive["Metrics"]:
            assert set(metric) == {"Name", "Unit"}  # no StorageResolution is the standard one
            values = line[metric["Name"]]
            values = values if isinstance(values, list) else [values]
            assert 0 < len(values) <= constants.MAX_DATAPOINTS_PER_METRIC
            for value in values:
                assert isinstance(value, (int, float)) and not isinstance(value, bool)
                validator.validate_metric(metric["Name"], value, metric["Unit"], StorageResolution.STANDARD, {})


def test_each_line_keeps_the_rules(lines):
    assert len(lines) > 40
    for line in lines:
        check(line)


@pytest.mark.parametrize("fault", [
    lambda line: line.pop("level"), lambda line: line.pop("service"), lambda line: line.pop("PathsBilled"),
    lambda line: line.update(PathsBilled="2"), lambda line: line.update(AcceptLag=[1] * 101),
    lambda line: line.update(AcceptLag=[]), lambda line: line.update(service=""), lambda line: line.update(service=7),
    lambda line: line.update(PathsSaved=float("nan")), lambda line: line["_aws"].update(Timestamp=1),
    lambda line: line["_aws"]["CloudWatchMetrics"][0].update(Namespace="a b"),
    lambda line: line["_aws"]["CloudWatchMetrics"][0].update(Dimensions=[["missing"]]),
    lambda line: line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0].update(Unit="Paths"),
])
def test_a_broken_rule_is_noticed(lines, fault):
    line = copy.deepcopy(next(line for line in lines if "AcceptLag" in line))
    fault(line)
    with pytest.raises(Exception):  # noqa: B017  (the validator has an exception for each rule)
        check(line)


def published(lines: list[dict]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {
        (directive["Namespace"], metric["Name"], tuple(names))
        for line in lines for directive in line["_aws"]["CloudWatchMetrics"]
        for names in directive["Dimensions"] for metric in directive["Metrics"]}


def test_the_document_names_what_is_printed(lines):
    rows = {row[0].strip("`"): row[1] for row in table_after("## Metrics\n", DOCUMENT)}
    units = {
        metric["Name"]: metric["Unit"]
        for line in lines for directive in line["_aws"]["CloudWatchMetrics"] for metric in directive["Metrics"]}
    # The budget's is printed where there is one, which needs a ledger: AccountLedgerTests.
    assert rows == units | {"MonthlyBudgetUsed": "Percent"} and len(rows) == 7
    assert {name for _, name, names in published(lines) if names == ("service", "distribution")} == {
        "PathsBilled", "PathsSaved", "InvalidationsCreated", "AcceptLag"}


def test_a_log_of_warnings_keeps_the_metrics(tmp_path):
    with served_cloudfront() as cloudfront:
        found = printed(tmp_path, cloudfront.environment | {"AWS_LAMBDA_LOG_LEVEL": "WARN"}, event("s3-created-put"))
    (line,) = found
    assert line["level"] == "WARN" and line["service"] == "s3-cloudfront-bridge"
    check(line)


# --- dashboard and alarms ---

def dashboard(text: str) -> dict:
    names = {
        "Region": "eu-west-1", "Namespace": NAMESPACE, "Service": "stack", "Price": "0.005", "Function": "function",
        "DeadLetters": "dead", "Queue": "queue", "LogGroup": "/aws/lambda/function"}
    assert set(re.findall(r"\$\{(\w+)\}", text)) == set(names)
    return json.loads(re.sub(r"\$\{(\w+)\}", lambda found: names[found[1]], text))


def widget_problems(widget: dict, known: set) -> list[str]:
    """The metrics that nobody publishes, and the ids of expressions that name nothing."""
    found, ids, expressions = [], [], []
    for row in widget["properties"]["metrics"]:
        *names, options = row if isinstance(row[-1], dict) else [*row, {}]
        ids.append(options["id"])
        if "expression" in options:
            expressions.append(options["expression"])
            continue
        namespace, name, *pairs = names
        if (namespace, name, tuple(pairs[::2])) not in known:
            found.append(f"nobody publishes {row}")
        if any(value not in ("stack", "function", "dead", "queue") for value in pairs[1::2]):
            found.append(f"the dimension's value is not of the stack: {row}")
    for text in expressions:
        found += [f"no id {name} in: {text}" for name in re.findall(r"\b[a-z]\w*", text) if name not in ids]
    return found + ([] if len(ids) == len(set(ids)) else ["an id stands twice"])


def test_each_widget_shows_what_is_published(lines):
    body = dashboard(DASHBOARD.read_text())
    widgets = [widget for widget in body["widgets"] if widget["type"] == "metric"]
    for widget in widgets:
        assert widget_problems(widget, published(lines) | AWS_METRICS) == []
    shown = {row[1] for widget in widgets for row in widget["properties"]["metrics"] if len(row) > 1}
    assert shown >= {name for _, name, _ in published(lines)}
    assert all(w["x"] + w["width"] <= 24 for w in body["widgets"])


@pytest.mark.parametrize("old,new", [
    ("PathsSaved", "PathSaved"), ('"service"', '"Service"'), ("FILL(billed", "FILL(bill"), ("${Service}", "other"),
    ('"id": "p99"', '"id": "p90"')])
def test_a_widget_that_shows_nothing_is_noticed(lines, old, new):
    text = DASHBOARD.read_text()
    assert old in text
    changed = json.loads(json.dumps(dashboard(text)).replace(old.replace("${Service}", "stack"), new))
    assert any(
        widget_problems(widget, published(lines) | AWS_METRICS)
        for widget in changed["widgets"] if widget["type"] == "metric")


def test_template_and_module_have_the_same_dashboard():
    text, values = TEMPLATE["Resources"]["OverviewDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert text == DASHBOARD.read_text()
    assert set(values) == set(re.findall(r"\$\{(\w+)\}", text))
    module = (ROOT / "terraform" / "alarms.tf").read_text().split("templatefile(")[1]
    assert set(re.findall(r"^    (\w+) +=", module, re.M)) == set(values)


def alarms() -> dict[str, dict]:
    return {n: r["Properties"] for n, r in TEMPLATE["Resources"].items() if r["Type"] == "AWS::CloudWatch::Alarm"}


def watched(alarm: dict) -> list[dict]:
    if "Metrics" not in alarm:
        return [alarm]
    return [query["MetricStat"]["Metric"] for query in alarm["Metrics"] if "MetricStat" in query]


@pytest.mark.parametrize("name", sorted(alarms()))
def test_each_alarm_watches_what_is_published(lines, name):
    alarm = alarms()[name]
    for metric in watched(alarm):
        namespace = metric["Namespace"] if isinstance(metric["Namespace"], str) else NAMESPACE
        names = tuple(dimension["Name"] for dimension in metric["Dimensions"])
        assert (namespace, metric["MetricName"], names) in published(lines) | AWS_METRICS
    ids = [query["Id"] for query in alarm.get("Metrics", [])]
    for query in alarm.get("Metrics", []):
        assert all(found in ids for found in re.findall(r"\b[a-z]\w*", query.get("Expression", "")))
    assert sum(query["ReturnData"] for query in alarm.get("Metrics", [])) in ((1,) if ids else (0,))
    assert alarm["TreatMissingData"] == "notBreaching"


def headings() -> set[str]:
    return set(re.findall(r"^### (.+)$", DOCUMENT.read_text().split("## Alarms\n")[1].split("\n## ")[0], re.M))


def test_each_alarm_names_its_section():
    named = {re.search(r'"(.+?)" in docs/operating\.md\.$', a["AlarmDescription"])[1] for a in alarms().values()}
    assert named == headings()
    linked = {row[0].split("]")[0].strip("[") for row in table_after("## Alarms\n", DOCUMENT)}
    assert linked == headings()


def test_the_module_has_the_same_alarms():
    module = (ROOT / "terraform" / "alarms.tf").read_text()
    sections = set(re.findall(r'\\"([^"]+)\\" in docs/operating\.md', module))
    assert sections == headings()
    metrics = set(re.findall(r'metric_name +=\s+"(\w+)"', module)) | set(
        re.findall(r"^ +(\w+) += \{ description", module, re.M))
    assert metrics == {metric["MetricName"] for alarm in alarms().values() for metric in watched(alarm)}
