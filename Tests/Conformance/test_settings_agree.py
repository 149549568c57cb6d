"""Documents, template and Terraform module say of each setting what the table in the code says."""
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from documented import table_after
from template_translation import ROOT, environment, source

CFBRIDGE = Path(os.environ.get("CFBRIDGE", ROOT / ".build" / "debug" / "cfbridge"))
WRITTEN = ["docs/settings.md", "template.yaml", "terraform/settings.tf"]
# CloudFront's rate is per account and the code's default is all of it: template and module divide it by the
# concurrency where nothing is set.


@pytest.fixture(scope="module")
def table() -> list[dict]:
    if not CFBRIDGE.exists():
        pytest.fail(f"{CFBRIDGE} is not built: swift build --product cfbridge")
    result = subprocess.run([str(CFBRIDGE), "settings", "--json"], capture_output=True, text=True, check=True)
    return json.loads(result.stdout)


def update(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [folder / "scripts/update-settings.sh", *arguments], env={**os.environ, "CFBRIDGE": str(CFBRIDGE)},
        capture_output=True, text=True)


@pytest.fixture
def copy(tmp_path) -> Path:
    """What the script reads and writes, to be spoilt."""
    module = [f"terraform/{file.name}" for file in (ROOT / "terraform").glob("*.*")]
    scripts = [f"scripts/{name}" for name in ("update-settings.sh", "update-terraform.py", "settings/write.py", "lib/say.sh")]
    for name in dict.fromkeys([*WRITTEN, *module, *scripts]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_nothing_differs_from_the_table(table):
    done = update(ROOT, "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file,old,new", [
    ("docs/settings.md", "| `MAX_PATHS` | integer 1-3000 |", "| `MAX_PATHS` | integer 1-300 |"),
    ("template.yaml", "    MaxValue: 3000\n", "    MaxValue: 300\n"),
    ("template.yaml", "          - WildcardThreshold\n", ""),
    ("template.yaml", '[!Ref WildcardThreshold, "10"]', '[!Ref WildcardThreshold, "11"]'),
    ("template.yaml", "      PathRules: { default: ", "      PathRules: { default: Other "),
    ("template.yaml", "          MAX_PATHS: !If [SetsMaxPaths", "          MAX_PATHS: !If [SetsCreateRate"),
    ("terraform/settings.tf", "  default     = 3000\n", "  default     = 300\n"),
    ("terraform/settings.tf", "    DRY_RUN  ", "    DRY_RUNS "),
    ("terraform/README.md", "| `max_paths` | `number` | `3000` |", "| `max_paths` | `number` | `300` |"),
    ("terraform/README.md", "| `queue_url` | URL of", "| `queue_url` | Name of"),
])
def test_a_difference_is_shown_and_put_right(table, copy, file, old, new):
    text = (copy / file).read_text()
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1))
    spoilt = (copy / file).read_text()
    done = update(copy, "--check")
    assert done.returncode == 1 and f"--- {file}" in done.stdout
    assert (copy / file).read_text() == spoilt
    assert update(copy).returncode == 0
    assert (copy / file).read_text() == text
    assert update(copy, "--check").returncode == 0


def test_a_lost_block_is_an_error(table, copy):
    text = (copy / "template.yaml").read_text()
    (copy / "template.yaml").write_text(text.replace("begin settings: labels", "labels"))
    done = update(copy)
    assert done.returncode == 1 and "no file has the block: labels" in done.stderr
    (copy / "template.yaml").write_text(text.replace("begin settings: labels", "begin settings: label"))
    done = update(copy)
    assert done.returncode == 1 and "nothing to write for the block: label" in done.stderr


def test_a_variable_without_a_description_is_an_error(copy):
    path = copy / "terraform" / "variables.tf"
    path.write_text(path.read_text().replace('  description = "Megabytes. CPU grows with it."\n', ""))
    done = subprocess.run([copy / "scripts/update-terraform.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 1 and "the variable memory_size has no description" in done.stderr


def test_a_variable_that_cannot_be_read_is_an_error(copy):
    path = copy / "terraform" / "variables.tf"
    path.write_text(path.read_text() + 'variable "new" { type = string }\n')
    done = subprocess.run([copy / "scripts/update-terraform.py", "--check"], capture_output=True, text=True)
    assert done.returncode == 1 and "terraform/variables.tf: a variable is not as" in done.stderr


def test_an_unknown_argument_is_refused(copy):
    assert update(copy, "--chekc").returncode == 2


def test_each_setting_is_a_parameter_and_a_variable(table):
    names = {setting["name"] for setting in table}
    assert set(environment()) == names
    module = (ROOT / "terraform" / "settings.tf").read_text()
    assert set(re.findall(r'^variable "(\w+)"', module, re.M)) == {name.lower() for name in names}
    documented = [row[0].strip("`") for group in dict.fromkeys(setting["group"] for setting in table)
                  for row in table_after(f"## {group}\n", ROOT / "docs" / "settings.md")]
    assert documented == [setting["name"] for setting in table]


def test_the_names_that_stacks_use_stay():
    """Who deployed an earlier version passes these."""
    assert sorted(environment().values()) == sorted("""
        CloudFrontDistributionId BucketDistributions Requests OriginPath DistributionCacheSeconds
        DistributionMissCacheSeconds SqsFailures DeadlineMarginMs CreateRate RateShares DryRun DisabledDistributions
        StagingDistributions UncachedPaths IndexDocuments IndexForms CleanUrlSuffixes PathRules ImmutableKeys QueryStrings
        PlusForms TildeWildcard WildcardThreshold WildcardMinDepth MaxWildcards MaxPaths RootWildcard
        MonthlyPathBudget InvalidationPrice
        Metrics WorkQueue PowertoolsMetricsNamespace PowertoolsServiceName
        LedgerTable UnchangedObjects NotifiedEvents LedgerStamp""".split())


def test_the_limits_of_the_account_are_divided_by_the_concurrency(table):
    parameters = source()["Parameters"]
    assert parameters["RateShares"]["Default"] == "" and parameters["CreateRate"]["Default"] == "auto"
    module = (ROOT / "terraform" / "settings.tf").read_text()
    assert "var.rate_shares == null ? var.maximum_concurrency :" in module


@pytest.mark.parametrize("value", ["0.01", "0.015", "0.1", "0.25", "1", "2.5", "10", "999.9", "1000", "auto"])
def test_a_rate_that_the_function_takes_is_taken(value):
    assert re.fullmatch(source()["Parameters"]["CreateRate"]["AllowedPattern"], value)


@pytest.mark.parametrize("value", ["0", "0.0", "0.009", "-1", ".5", "1e3", "1001", "1000.1", "01", "1,5", " ", "", "Auto"])
def test_a_rate_that_the_function_refuses_is_refused(value):
    assert not re.fullmatch(source()["Parameters"]["CreateRate"]["AllowedPattern"], value)


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess:
    plain = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        [CFBRIDGE, *arguments, ROOT / "events" / "s3-index-nested.json"], env=plain | variables, capture_output=True, text=True)


def test_all_bad_settings_are_reported_together(table):
    done = run("plan", DRY_RUN="perhaps", MAX_PATHS="0", RATE_SHARES="5")
    assert done.returncode == 2
    assert "error: The setting DRY_RUN: it must be true | false\nerror: The setting MAX_PATHS: it must be a whole number" in done.stderr
    assert "RATE_SHARES" not in done.stderr


@pytest.mark.parametrize("command", ["plan", "replay"])
def test_a_misspelt_setting_is_warned_of_once(table, command):
    done = run(command, WILDCARD_TRESHOLD="3")
    assert done.returncode == 0
    assert done.stderr.count("warning: WILDCARD_TRESHOLD is not a setting; did you mean WILDCARD_THRESHOLD?\n") == 1
    assert "is not a setting" not in run(command, WILDCARD_THRESHOLD="3", LOG_LEVEL="x").stderr
