#!/usr/bin/env python3
"""Measures a bootstrap beside the floors; scripts/bench.sh builds what is needed and starts it."""
import argparse
import json
import os
import platform
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import inputs
import programs
import report
from process import Process, cpu_model, cpu_share, how_shares_are_made
from programs import OUTPUT, Program, say
from servers import CloudFront, RuntimeAPI

# This many rounds are made, however long they take; the slowest program has every fifth.
LEAST_ROUNDS = 5
SECTIONS = ["process", "share", "batch", "parts", "plan", "coalescing"]


@dataclass(frozen=True)
class Wiring:
    """How the programs find their distribution."""

    name: str
    pages: int  # 0: they are told its id
    tls: bool


WIRINGS = [
    Wiring("plain, configured", 0, False), Wiring("plain, 1 page", 1, False),
    Wiring("plain, 10 pages", 10, False), Wiring("TLS, configured", 0, True),
    Wiring("TLS, 1 page", 1, True),
]


class Bench:
    def __init__(self, options):
        self.quick = options.quick
        self.programs: list[Program] = []
        self.api = RuntimeAPI()
        certificate, self.bundle = programs.certificates()
        self.clouds = {
            wiring: CloudFront(max(1, wiring.pages), certificate if wiring.tls else None) for wiring in WIRINGS}
        # figure -> program -> what each round measured
        self.samples: dict[str, dict[str, list[float]]] = {}
        # program and moment -> kind of memory -> KB
        self.memory: dict[str, dict[str, float]] = {}
        self.number = 0
        self.keeps = True

    def note(self, figure: str, program: Program, value: float):
        if not self.keeps:
            return
        self.samples.setdefault(figure, {}).setdefault(program.name, []).append(value)

    def start(self, program: Program, wiring: Wiring, prepares: bool = True) -> Process:
        self.api.forget_clients()
        environment = program.environment(
            self.api.address, self.clouds[wiring].url, wiring.pages > 0, self.bundle if wiring.tls else None)
        if prepares:
            return Process(program.command_for(wiring.tls), environment)
        return Process(program.command_for(True), {**environment, "BENCH_UNPREPARED": "yes"})

    def invoke(self, event: bytes | None = None) -> float:
        """Has the waiting program handle an event; returns how long it took, in milliseconds."""
        self.number += 1
        start = time.perf_counter()
        self.api.give(event or inputs.s3_event(self.number), self.number)
        self.api.take_answer()
        return (self.api.answered - start) * 1e3

    # MARK: what is measured

    def round(self, program: Program, wiring: Wiring, warm: int):
        """One life of a program: start, first invocation, warm ones; and one more start with an event."""
        made = self.clouds[wiring].created
        process = self.start(program, wiring)
        try:
            self.api.wait_for_next()
            wall = (time.perf_counter() - process.started) * 1e3
            started = process.cpu()
            if wiring is WIRINGS[0]:
                self.note("cold start, prepared, CPU", program, started)
                self.note("cold start, prepared, wall", program, wall)
                self.note("memory at the first /next", program, process.peak_memory())
            wall = self.invoke()
            self.api.wait_for_next()
            first = process.cpu()
            self.note(f"first invocation, {wiring.name}, CPU", program, first - started)
            self.note(f"first invocation, {wiring.name}, wall", program, wall)
            if warm:
                walls = []
                for _ in range(warm):
                    walls.append(self.invoke())
                    self.api.wait_for_next()
                self.note(f"warm invocation, {wiring.name}, CPU", program, (process.cpu() - first) / warm)
                self.note(f"warm invocation, {wiring.name}, wall", program, statistics.median(walls))
            self.note(f"peak memory, {wiring.name}", program, process.peak_memory())
        finally:
            process.kill()
        if not wiring.tls:
            process = self.start(program, wiring, prepares=False)
            try:
                self.api.wait_for_next()
                wall, started = (time.perf_counter() - process.started) * 1e3, process.cpu()
                if wiring is WIRINGS[0]:
                    self.note("cold start, CPU", program, started)
                    self.note("cold start, wall", program, wall)
                self.invoke()
                self.api.wait_for_next()
                self.note(f"first invocation unprepared, {wiring.name}, CPU", program, process.cpu() - started)
            finally:
                process.kill()
        # The event is there when the program asks for one, as at a real cold start.
        process = self.start(program, wiring)
        try:
            self.api.wait_for_next()
            self.invoke()
            self.note(f"spawn to first answer, {wiring.name}, wall", program,
                      (self.api.answered - process.started) * 1e3)
            self.note(f"spawn to first answer, {wiring.name}, CPU", program, process.cpu())
        finally:
            process.kill()
        expected = warm + (2 if wiring.tls else 3)
        if self.clouds[wiring].created - made != expected:
            raise SystemExit(f"bench: error: {program.name} made {self.clouds[wiring].created - made} invalidations"
                             f" of {expected} ({wiring.name})")

    def in_turn(self, rounds: int, seconds: float, wiring: Wiring, measure):
        """So that a change of the machine's speed meets all programs alike. The first round warms files.

        It ends early when the time is over, since the whole is to take a quarter of an hour on any machine.
        """
        until = time.monotonic() + seconds
        for round_ in range(rounds + 1):
            self.keeps = round_ > 0
            if round_ > LEAST_ROUNDS and time.monotonic() > until:
                say(f"the time for {wiring.name} is over after {round_ - 1} rounds")
                break
            for program in self.programs:
                if (program.speaks_tls or not wiring.tls) and round_ % min(program.every, rounds) == 0:
                    measure(program)
        self.keeps = True

    def process(self):
        rounds = 5 if self.quick else 40
        for wiring in WIRINGS:
            say(f"{wiring.name}: {rounds} rounds")
            warm = 50 if wiring in (WIRINGS[0], WIRINGS[3]) else 0
            self.in_turn(rounds, 45, wiring, lambda program, w=wiring, n=warm: self.round(program, w, n))

    def share(self):
        """The first invocation with a small function's share of a CPU. Lambda does not throttle starting."""
        rounds = 2 if self.quick else 10
        for memory in (128, 512):
            for wiring in (WIRINGS[1], WIRINGS[3], WIRINGS[4]):
                say(f"{memory} MB, {wiring.name}: {rounds} rounds")
                self.in_turn(rounds, 30, wiring, lambda program, w=wiring, m=memory: self.throttled(program, w, m))

    def throttled(self, program: Program, wiring: Wiring, memory: int):
        process = self.start(program, wiring)
        try:
            self.api.wait_for_next()
            process.cpu()
            with cpu_share(process, memory):
                self.note(f"first invocation at {memory} MB, {wiring.name}, wall", program, self.invoke())
        finally:
            process.kill()

    def batch(self):
        """A full batch of a queue, through the whole of our program; the floors take none."""
        event, ours = inputs.sqs_batch(), next(each for each in self.programs if each.name == "ours")
        for program in self.programs:
            if program.name in ("C", "ours"):
                self.resident(program, event if program is ours else None)
        for _ in range(2 if self.quick else 7):
            process = self.start(ours, WIRINGS[0])
            try:
                self.api.wait_for_next()
                self.invoke()
                self.api.wait_for_next()
                before = process.cpu()
                wall = self.invoke(event)
                self.api.wait_for_next()
                self.note("full SQS batch, CPU", ours, process.cpu() - before)
                self.note("full SQS batch, wall", ours, wall)
                self.note("peak memory, full SQS batch", ours, process.peak_memory())
            finally:
                process.kill()


    def resident(self, program: Program, batch: bytes | None):
        """What is resident while a program waits for its first event, and after a full batch."""
        process = self.start(program, WIRINGS[0])
        try:
            self.api.wait_for_next()
            process.cpu()
            self.memory[f"{program.name}, first /next"] = process.resident()
            if batch:
                self.invoke(batch)
                self.api.wait_for_next()
                process.cpu()
                self.memory[f"{program.name}, after a full batch"] = process.resident()
        finally:
            process.kill()


def run_json(command: list[str], seconds: int = 300) -> dict | None:
    """The JSON object that a program prints; None when it takes too long."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        raise SystemExit(f"bench: error: {' '.join(command)} ended with {done.returncode}: {done.stderr[-500:]}")
    return json.loads(done.stdout)


def parts(planbench: str) -> dict:
    """What single parts of ours take, and the C parsers alone on the same bytes."""
    page, batch = OUTPUT / "page.xml", OUTPUT / "batch.json"
    page.write_bytes(inputs.page(0, True))
    batch.write_bytes(inputs.sqs_batch("site"))
    say("decoding, planning, parsing and signing")
    found = {
        "page": run_json([planbench, "page", str(page)]), "batch": run_json([planbench, "batch", str(batch)]),
        "signing": run_json([planbench, "sign"])}
    if (floor := programs.parsers()) is not None:
        found["parsers"] = run_json([str(floor), str(page), str(batch)])
    return found


def plan_rows(planbench: str, quick: bool) -> list[dict]:
    """How planning grows. Each row is a process of its own, since the memory is the process's peak."""
    grid = [(c, d, 0) for c in (1, 100, 3000, 10000) for d in (1, 10, 500)]
    grid += [(c, d, b) for c, d in ((100, 10), (100, 500), (3000, 10)) for b in (1, 5, 25)]
    rows = []
    for changes, distributions, behaviors in grid:
        if quick and (changes * distributions > 50_000 or distributions > 10 < changes and behaviors):
            continue
        say(f"planning {changes} changes × {distributions} distributions × {behaviors} behaviors")
        row = run_json([planbench, "plan", str(changes), str(distributions), str(behaviors)])
        rows.append(row or {"changes": changes, "distributions": distributions, "behaviors": behaviors})
    return rows


def machine() -> dict:
    """What a reader needs to know to compare."""
    system = dict(line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line)
    return {"cpu": cpu_model(), "cores": os.cpu_count(), "system": system.get("PRETTY_NAME", "").strip('"'),
            "kernel": platform.release(), "load": round(os.getloadavg()[0], 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bootstrap")
    parser.add_argument("--rooted", help="the same bootstrap with the benchmark's root, for TLS")
    parser.add_argument("--planbench")
    parser.add_argument("--zip", help="the package, for its size")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=FILE", help="another bootstrap")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--document", action="store_true", help="put the tables into docs/performance.md, and three figures into README.md")
    parser.add_argument("--only", default=",".join(SECTIONS))
    options = parser.parse_args()
    wanted = options.only.split(",")
    if unknown := set(wanted) - set(SECTIONS):
        parser.error(f"there is no section {', '.join(sorted(unknown))}: {', '.join(SECTIONS)}")
    if {"process", "share", "batch"} & set(wanted) and not options.bootstrap:
        parser.error("--bootstrap is needed for process, share and batch")
    if {"parts", "plan", "coalescing"} & set(wanted) and not options.planbench:
        parser.error("--planbench is needed for parts, plan and coalescing")

    OUTPUT.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    results = {"date": time.strftime("%Y-%m-%d"), "quick": options.quick, "machine": machine()}
    if {"process", "share", "batch"} & set(wanted):
        bench = Bench(options)
        floors = [*programs.c_floors(), programs.rust_floor(), programs.python_floor()]
        also = [programs.bridge(name, Path(file).resolve()) for name, file in
                (each.split("=", 1) for each in options.also)]
        bench.programs = [each for each in floors if each] + also + [
            programs.bridge("ours", Path(options.bootstrap).resolve(),
                            Path(options.rooted).resolve() if options.rooted else None)]
        for section in ("process", "share", "batch"):
            if section in wanted:
                getattr(bench, section)()
        results["programs"] = [program.name for program in bench.programs]
        if "share" in wanted:
            results["shares"] = how_shares_are_made()
        results["resident"] = bench.memory
        results["figures"] = {
            figure: {name: {"median": statistics.median(values), "least": min(values), "rounds": len(values)}
                     for name, values in by_program.items()}
            for figure, by_program in bench.samples.items()}
    if "batch" in wanted:
        results["batchRecords"] = len(json.loads(inputs.sqs_batch())["Records"])
    if options.zip:
        results["package"] = os.path.getsize(options.zip)
    if "parts" in wanted:
        results["parts"] = parts(options.planbench)
    if "plan" in wanted:
        results["plan"] = plan_rows(options.planbench, options.quick)
    if "coalescing" in wanted:
        results["coalescing"] = subprocess.run(
            [options.planbench, "scenarios"], capture_output=True, text=True, check=True).stdout
    results["seconds"] = round(time.monotonic() - started)
    file = OUTPUT / ("quick.json" if options.quick else "results.json")
    file.write_text(json.dumps(results, indent=1) + "\n")
    print(report.text(results))
    if options.document:
        document = programs.ROOT / "docs" / "performance.md"
        document.write_text(report.filled(document.read_text(), report.pieces(results)))
        readme = programs.ROOT / "README.md"
        readme.write_text(report.quoted(readme.read_text(), results.get("figures", {})))
        say(f"the tables are in {os.path.relpath(document)}, and three figures in {os.path.relpath(readme)}")
    say(f"{results['seconds']} s; all figures are in {os.path.relpath(file)}")


if __name__ == "__main__":
    main()
