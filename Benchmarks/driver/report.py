"""The measured figures as Markdown tables, as docs/performance.md and docs/planning.md show them."""
import textwrap

# What is to be reached, as a part of what the C program takes in the same run.
GOALS = [
    ("cold start, CPU", 0.35, "ms"),
    ("cold start, wall", None, "ms"),
    ("cold start, prepared, CPU", None, "ms"),
    ("cold start, prepared, wall", None, "ms"),
    ("spawn to first answer, plain, configured, CPU", None, "ms"),
    ("spawn to first answer, plain, configured, wall", None, "ms"),
    ("spawn to first answer, TLS, configured, CPU", None, "ms"),
    ("spawn to first answer, TLS, configured, wall", None, "ms"),
    ("first invocation, plain, configured, CPU", 3, "ms"),
    ("first invocation, plain, configured, wall", None, "ms"),
    ("first invocation unprepared, plain, configured, CPU", 3, "ms"),
    ("first invocation, plain, 1 page, CPU", 4, "ms"),
    ("first invocation, plain, 1 page, wall", None, "ms"),
    ("first invocation unprepared, plain, 1 page, CPU", 4, "ms"),
    ("first invocation, plain, 10 pages, CPU", 8, "ms"),
    ("first invocation, plain, 10 pages, wall", None, "ms"),
    ("first invocation unprepared, plain, 10 pages, CPU", 8, "ms"),
    ("first invocation, TLS, configured, CPU", None, "ms"),
    ("first invocation, TLS, configured, wall", None, "ms"),
    ("first invocation, TLS, 1 page, CPU", 0.45, "ms"),
    ("first invocation, TLS, 1 page, wall", None, "ms"),
    ("first invocation at 128 MB, plain, 1 page, wall", None, "ms"),
    ("first invocation at 128 MB, TLS, configured, wall", 0.2, "ms"),
    ("first invocation at 128 MB, TLS, 1 page, wall", None, "ms"),
    ("first invocation at 512 MB, plain, 1 page, wall", None, "ms"),
    ("first invocation at 512 MB, TLS, configured, wall", None, "ms"),
    ("first invocation at 512 MB, TLS, 1 page, wall", None, "ms"),
    ("warm invocation, plain, configured, CPU", 1.5, "ms"),
    ("warm invocation, plain, configured, wall", None, "ms"),
    ("warm invocation, TLS, configured, CPU", None, "ms"),
    ("warm invocation, TLS, configured, wall", None, "ms"),
    ("memory at the first /next", None, "MB"),
    ("peak memory, plain, configured", 0.9, "MB"),
    ("peak memory, plain, 1 page", None, "MB"),
    ("peak memory, plain, 10 pages", None, "MB"),
    ("peak memory, TLS, configured", None, "MB"),
    ("peak memory, TLS, 1 page", 0.9, "MB"),
    ("full SQS batch, CPU", None, "ms"),
    ("full SQS batch, wall", None, "ms"),
    ("peak memory, full SQS batch", None, "MB"),
]
# Milliseconds of CPU for 1,000 records beyond what yajl alone takes, and of one plan.
RECORD_GOAL = 5.0
PLAN_GOAL = (10_000, 500, 0, 500.0, 150.0)


def number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def verdict(ratio: float, goal: float | None) -> str:
    return "" if goal is None else f"≤ {goal:g}: {'met' if ratio <= goal else 'not met'}"


def processes(results: dict) -> str:
    names, figures = results["programs"], results["figures"]
    rows = []
    for figure, goal, unit in GOALS:
        medians = {name: each["median"] for name, each in figures.get(figure, {}).items()}
        if "ours" not in medians:
            continue
        ratio = medians["ours"] / medians["C"] if "C" in medians else None
        rows.append(
            [f"{figure}, {unit}"] + [number(medians[name]) if name in medians else "–" for name in names]
            + [f"{ratio:.2f}" if ratio else "–", verdict(ratio, goal) if ratio else ""])
    return table(["figure (median)", *names, "ours / C", "goal"], rows)


def parts(found: dict) -> str:
    page, batch, signing, floor = (found.get(name) for name in ("page", "batch", "signing", "parsers"))
    thousands, megabytes = batch["records"] / 1e3, batch["bytes"] / 1e6
    ours = batch["decodingMilliseconds"] + batch["planningMilliseconds"]

    def row(name, value, unit, least=None):
        return [f"{name}, {unit}", number(least) if least else "–", number(value),
                f"{value / least:.2f}" if least else "–"]

    floor = floor or {}
    xml, json_, outer = (floor.get(f"{name}Milliseconds") for name in ("xml", "json", "jsonOuter"))
    rows = [
        row("a list page of 100 distributions", page["readingMilliseconds"], "ms", xml),
        row("XML, per MB", page["readingMilliseconds"] / page["bytes"] * 1e6, "ms",
            xml and xml / page["bytes"] * 1e6),
        row("JSON with no receiver, per MB", batch["outerReadingMilliseconds"] / megabytes, "ms",
            outer and outer / megabytes),
        row("decoding a full SQS batch", batch["decodingMilliseconds"], "ms", json_),
        row("decoding, per 1,000 records", batch["decodingMilliseconds"] / thousands, "ms",
            json_ and json_ / thousands),
        row("planning, per 1,000 records", batch["planningMilliseconds"] / thousands, "ms"),
        row("a signature with the day's key", signing["keptKeyMicroseconds"], "µs"),
        row("a signature with a new key", signing["newKeyMicroseconds"], "µs"),
    ]
    text = table(["part (CPU, fastest of several)", "C parser alone", "ours", "ratio"], rows)
    below = f"The batch has {batch['records']:,} records in {megabytes:.2f} MB."
    if json_:
        beyond = (ours - json_) / thousands
        word = "met" if beyond <= RECORD_GOAL else "not met"
        below += (f" Per 1,000 records, decoding and planning take {number(beyond)} ms beyond what yajl alone"
                 f" takes (goal: ≤ {RECORD_GOAL:g} ms, {word}).")
    return f"{text}\n\n{textwrap.fill(below, 120, break_long_words=False, break_on_hyphens=False)}"


def plans(rows: list[dict]) -> str:
    lines = []
    for row in rows:
        where = [f"{row['changes']:,}", f"{row['distributions']:,}", str(row["behaviors"])]
        if "oursMilliseconds" not in row:
            lines.append(where + ["more than 300 s"] + ["–"] * 7)
            continue
        naive, ours = row["naiveMilliseconds"], row["oursMilliseconds"]
        lines.append(where + [
            number(naive), number(ours), f"{ours / naive:.1f}", number(row["coalescingMilliseconds"]),
            number(row["naiveMebibytes"]), number(row["oursMebibytes"]),
            f"{row['naivePaths']:,}", f"{row['oursPaths']:,}"])
    text = table(["changes", "distributions", "behaviors", "naive, ms", "ours, ms", "ratio", "coalescing one, ms",
                  "naive, MiB", "ours, MiB", "naive, paths", "ours, paths"], lines)
    for row in rows:
        if (row["changes"], row["distributions"], row["behaviors"]) == PLAN_GOAL[:3] and "oursMilliseconds" in row:
            met = row["oursMilliseconds"] <= PLAN_GOAL[3] and row["oursMebibytes"] <= PLAN_GOAL[4]
            text += (f"\n\nThe largest plan: goal ≤ {PLAN_GOAL[3] / 1e3:g} s and ≤ {PLAN_GOAL[4]:g} MiB,"
                     f" {'met' if met else 'not met'}.")
    return text


# What a million events cost on Lambda (us-east-1, 2026), and the time that CloudFront's answer is waited
# for, which nothing here can measure.
MEMORY, WAIT, REQUEST = 256, 150, 0.20
GIGABYTE_SECOND = {"x86_64": 0.0000166667, "arm64": 0.0000133334}
# Events for each invocation, and what carries them, in dollars for a million: three requests of SQS for each
# batch, of which the sending one is each event's own.
WIRINGS = [
    ("S3 → function", 1, 0.0), ("S3 → topic → function", 1, 0.50),
    ("S3 → queue → function, 10 at a time", 10, 0.40 * (1 + 2 / 10)),
    ("S3 → queue → function, 1,000 at a time", 1_000, 0.40 * (1 + 2 / 10)),
    ("S3 → EventBridge → queue → function, 1,000 at a time", 1_000, 1.00 + 0.40 * (1 + 2 / 10)),
]


def bills(results: dict) -> str:
    """The bill for a million events, from what a warm invocation and a record of a batch take."""
    figures = results["figures"]
    warm = figures["warm invocation, TLS, configured, CPU"]["ours"]["median"]
    record = figures["full SQS batch, CPU"]["ours"]["median"] / results["batchRecords"]
    rows = []
    for wiring, events, carrier in WIRINGS:
        cpu = warm + (events - 1) * record
        billed = WAIT + cpu * 1769 / MEMORY
        invocations = 1e6 / events
        lambda_ = {
            name: invocations * (REQUEST / 1e6 + billed / 1e3 * MEMORY / 1024 * price)
            for name, price in GIGABYTE_SECOND.items()}
        rows.append([wiring, number(billed), f"{invocations:,.0f}", f"${carrier:.2f}"]
                    + [f"${lambda_[name]:.3f}" for name in GIGABYTE_SECOND])
    return table(["a million events", "billed, ms an invocation", "invocations", "carrier", *(
        f"Lambda, {name}" for name in GIGABYTE_SECOND)], rows)


def memory(results: dict) -> str:
    """What is resident, by kind; each column is a moment."""
    columns = results["resident"]
    kinds = list(next(iter(columns.values())))
    rows = [[f"{kind}, KB"] + [f"{column[kind]:,.0f}" for column in columns.values()] for kind in kinds]
    return table(["resident", *columns], rows)


def circumstances(results: dict) -> str:
    machine = results["machine"]
    text = (f"Measured {results['date']}: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, Linux"
            f" {machine['kernel']}, load {machine['load']} before the run.")
    if "shares" in results:
        text += f" CPU shares are made with {results['shares']}."
    if "package" in results:
        text += f" The package has {results['package'] / 1e6:.2f} MB."
    return textwrap.fill(text, 120, break_long_words=False, break_on_hyphens=False)


def pieces(results: dict) -> dict[str, str]:
    """The tables that were measured, by the marks between which they stand in the document."""
    found = {"circumstances": circumstances(results)}
    if "figures" in results:
        found["process"] = processes(results)
    if results.get("resident"):
        found["memory"] = memory(results)
    figures = results.get("figures", {})
    if {"full SQS batch, CPU", "warm invocation, TLS, configured, CPU"} <= set(figures):
        found["bills"] = bills(results)
    if "parts" in results:
        found["parts"] = parts(results["parts"])
    if "plan" in results:
        found["plan"] = plans(results["plan"])
    return found


def filled(document: str, found: dict[str, str]) -> str:
    """The document with each table in place of the one that stands between its marks."""
    for name, text in found.items():
        begin, end = f"<!-- bench: {name} -->\n", f"<!-- end of {name} -->"
        if begin not in document or end not in document:
            raise ValueError(f"the document has no marks for {name}")
        before, rest = document.split(begin)
        document = f"{before}{begin}\n{text}\n\n{end}{rest.split(end)[1]}"
    return document


# The figures that the README compares with the usual function's.
QUOTED = [
    ("cold start, CPU", "cold start, CPU", "ms"),
    ("first event over TLS, CPU", "first invocation, TLS, 1 page, CPU", "ms"),
    ("memory at its peak", "peak memory, TLS, configured", "MB"),
]


def quoted(readme: str, figures: dict) -> str:
    """The README with the measured figures in its comparison; rows that were not measured stay."""
    lines = readme.split("\n")
    for row, figure, unit in QUOTED:
        medians = {name: each["median"] for name, each in figures.get(figure, {}).items()}
        if not {"Python", "ours"} <= set(medians):
            continue
        place = next(index for index, line in enumerate(lines) if line.startswith(f"| {row} |"))
        lines[place] = f"| {row} | {number(medians['Python'])} {unit} | – | – | {number(medians['ours'])} {unit} |"
    return "\n".join(lines)


def text(results: dict) -> str:
    """Everything that was measured."""
    everything = list(pieces(results).values())
    if "coalescing" in results:
        everything.append(results["coalescing"].strip())
    return "\n\n".join(everything)
