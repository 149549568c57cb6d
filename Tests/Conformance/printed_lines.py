"""What the built bootstrap prints on the sample events, in the ways that documents and alarms rest on."""
import json
from pathlib import Path

from conftest import check_secrets
from product import EVENTS, INHERITED, ROOT, served_cloudfront
from runtime_api import run_bootstrap

LAMBDA = {
    **INHERITED, "AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "AWS_LAMBDA_FUNCTION_NAME": "bridge", "CREATE_RATE": "1000", "SQS_FAILURES": "report"}


def event(name: str) -> dict:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def events() -> list[dict]:
    return [event(path.stem) for path in EVENTS if path.stem != "malformed"]


def printed(folder: Path, environment: dict[str, str], *handled: dict) -> list[dict]:
    """The lines of one run, with those of the metrics."""
    log = folder / f"log-{len(list(folder.iterdir()))}"
    with log.open("wb") as output:
        run_bootstrap(LAMBDA | environment, *handled, output=output)
    text = log.read_text()
    assert check_secrets.found_in(text) == []
    return [json.loads(line) for line in text.splitlines()]


def all_lines(folder: Path) -> list[dict]:
    with served_cloudfront() as cloudfront:
        found = printed(folder, cloudfront.environment | {"METRICS": "distributions"}, *events())
        found += printed(folder, cloudfront.environment | {"DRY_RUN": "true"}, *events()[:3])
        # The turn of most requests comes after the deadline, so messages wait.
        found += printed(folder, cloudfront.environment | {"CREATE_RATE": "0.01"}, *events()[-12:])
    return found
