"""The benchmark's inputs, its comparison with thresholds, and the usage of its scripts."""
import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import pytest

from product import ROOT

sys.path.insert(0, str(ROOT / "Benchmarks" / "driver"))
import guard  # noqa: E402
import inputs  # noqa: E402
import order  # noqa: E402
import process  # noqa: E402
import report  # noqa: E402
from process import Process  # noqa: E402

XML = f"{{{inputs.NAMESPACE}}}"


@pytest.mark.parametrize("last", [True, False])
def test_a_page_is_a_full_one_and_only_the_last_has_the_bucket(last):
    root = ElementTree.fromstring(inputs.page(3, last))
    summaries = root.findall(f"{XML}Items/{XML}DistributionSummary")
    assert len(summaries) == 100 and len({each.find(f"{XML}Id").text for each in summaries}) == 100
    serving = [each.find(f"{XML}Id").text for each in summaries if inputs.BUCKET in ElementTree.tostring(each).decode()]
    assert serving == ([inputs.DISTRIBUTION] if last else [])
    assert root.findtext(f"{XML}NextMarker") == (None if last else "PAGE4")
    assert root.findtext(f"{XML}IsTruncated") == str(not last).lower()


def test_a_batch_is_as_large_as_lambda_takes_and_each_message_has_a_change_of_its_own():
    batch = inputs.sqs_batch()
    messages = json.loads(batch)["Records"]
    assert inputs.MAX_EVENT - 2_000 < len(batch) <= inputs.MAX_EVENT
    sequencers = {json.loads(each["body"])["Records"][0]["s3"]["object"]["sequencer"] for each in messages}
    assert len(sequencers) == len(messages)


THRESHOLDS = {"a": {"measured": 1000, "allowedGrowthPercent": 3}, "b": {"measured": 10, "allowedGrowthPercent": 0}}


@pytest.mark.parametrize("figures,failed", [
    ({"a": 1000, "b": 10}, []), ({"a": 1030, "b": 1}, []), ({"a": 1031, "b": 10}, ["a"]),
    ({"a": 1, "b": 11}, ["b"]), ({"a": 1, "c": 1}, ["c"]),
])
def test_what_is_above_its_limit_or_has_none_fails(figures, failed):
    assert guard.too_large(figures, THRESHOLDS) == failed


def test_update_writes_what_was_counted():
    assert guard.updated({"a": 1500, "c, bytes": 7}, THRESHOLDS) == {
        "a": {"measured": 1500, "allowedGrowthPercent": 3}, "c, bytes": {"measured": 7, "allowedGrowthPercent": 1}}


def test_every_committed_threshold_leaves_little_room():
    for machine in json.loads(guard.THRESHOLDS.read_text()).values():
        assert len(machine["figures"]) == 6
        assert all(0 <= each["allowedGrowthPercent"] <= 5 for each in machine["figures"].values())


def test_a_goal_is_met_up_to_its_ratio():
    assert report.verdict(0.35, 0.35) == "≤ 0.35: met"
    assert report.verdict(0.36, 0.35) == "≤ 0.35: not met"


def test_tables_stand_between_their_marks():
    document = "a\n<!-- bench: plan -->\nold\n<!-- end of plan -->\nb\n<!-- bench: parts -->\nx\n<!-- end of parts -->\n"
    filled = report.filled(document, {"plan": "| new |"})
    assert filled == document.replace("old\n", "\n| new |\n\n")
    assert report.filled(filled, {"plan": "| new |"}) == filled
    with pytest.raises(ValueError, match="no marks for bills"):
        report.filled(document, {"bills": "| x |"})


def test_the_readme_quotes_what_was_measured():
    readme = (ROOT / "README.md").read_text()
    figures = {figure: {"Python": {"median": 1234.4}, "ours": {"median": 5.678}} for _, figure, _ in report.QUOTED[:2]}
    filled = report.quoted(readme, figures).split("\n")
    changed = [line for line, before in zip(filled, readme.split("\n"), strict=True) if line != before]
    assert changed == [
        "| cold start, CPU | 1,234 ms | – | – | 5.68 ms |", "| first event over TLS, CPU | 1,234 ms | – | – | 5.68 ms |"]


def test_every_table_has_its_marks_in_the_document():
    document = (ROOT / "docs" / "performance.md").read_text()
    names = ["circumstances", "process", "memory", "bills", "parts", "plan"]
    assert report.filled(document, {name: name for name in names}).count("<!-- end of ") == len(names)


def test_what_is_resident_is_told_by_kind():
    kinds = process.resident(
        "1000-2000 r--p 00000000 00:01 7 /var/task/bootstrap\nRss: 1 kB\nPrivate_Clean: 1 kB\n"
        "2000-3000 r-xp 00001000 00:01 7 /var/task/bootstrap\nRss: 20 kB\nPrivate_Clean: 5 kB\n"
        "3000-4000 rw-p 00002000 00:01 7 /var/task/bootstrap\nRss: 300 kB\nPrivate_Dirty: 300 kB\n"
        "4000-5000 rw-p 00000000 00:00 0 [heap]\nRss: 4000 kB\nPrivate_Dirty: 4000 kB\n"
        "5000-6000 r-xp 00000000 00:01 9 /lib/libc.so.6\nRss: 50000 kB\n"
        "6000-7000 rw-p 00000000 00:00 0 [stack]\nRss: 600000 kB\nPrivate_Dirty: 600000 kB\n")
    assert list(kinds.values()) == [20, 1, 300, 4_000, 600_000, 50_000, 654_321, 604_306]


def test_the_functions_of_a_profile_are_listed_once():
    profile = "fn=main\ncfn=$s1aF\ncalls=1 2\nfn=$s1aF\ncfn=again'2\nfn=0x0000000000b43860\nfn=(below\n"
    assert order.functions(profile) == ["main", "$s1aF", "again"]


def test_the_listed_functions_are_names_for_the_linker():
    names = (ROOT / "scripts" / "lib" / "order.txt").read_text().split("\n")
    assert names.pop() == "" and len(names) == len(set(names)) > 1_000
    assert all(name and " " not in name for name in names)


def test_the_cpu_time_of_a_process_is_its_own_and_finer_than_a_tick():
    idle = Process(["/bin/sleep", "60"], {})
    try:
        assert 0 < idle.cpu() < 10
        assert idle.cpu() == idle.cpu()
        assert 0 < idle.peak_memory() < 20
    finally:
        idle.kill()


def run(script: str, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / "scripts" / script, *arguments], capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]})


@pytest.mark.parametrize("script", ["bench.sh", "check-performance.sh"])
def test_help_is_given_and_what_is_unknown_is_refused(script):
    helped = run(script, "--help")
    assert helped.returncode == 0 and helped.stdout.startswith(f"Usage: scripts/{script} ")
    refused = run(script, "--bogus")
    assert refused.returncode == 2 and refused.stdout == ""
    assert refused.stderr.startswith(f"{script}: error: unknown argument: --bogus\nUsage: ")


def test_a_section_that_is_none_is_refused():
    refused = run("bench.sh", "--only", "plan,nothing")
    assert (refused.returncode, refused.stderr) == (2, "bench.sh: error: there is no section nothing\n")


def test_update_and_self_test_exclude_each_other():
    assert run("check-performance.sh", "--update", "--self-test").returncode == 2
