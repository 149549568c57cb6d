#!/usr/bin/env python3
"""Looks at the pages of `cfbridge report` and `simulate` with Chromium; scripts/check-report.sh runs it.

In light and dark, at a desk and on a phone: the console stays silent, nothing is loaded, nothing is wider than the
screen, and every figure is the one of --json, formatted by code that is not the product's. With --pictures it also
takes the pictures of the documents.
"""
import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from chromium import Chromium

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT / "Tests" / "Fixtures" / "function.log"
TOP = 835  # the height of the pictures in the documents, in pixels
FIGURES = """[...document.querySelectorAll('[data-path]')].map(
  (each) => [each.dataset.path, each.textContent])"""


def fail(message):
    sys.exit(f"report_page: error: {message}")


def value_at(data, path):
    for part in path.split("."):
        data = data[int(part)] if isinstance(data, list) else data[part]
    return data


def dollars(text):
    amount = float(text)
    return "$" + text if amount < 1 else f"${int(amount * 100 + 0.5 + 1e-9) / 100:,.2f}"


def two_units(seconds):
    for size, name, small, part in ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s")):
        if seconds >= size:
            rest = seconds % size // small
            return f"{seconds // size} {name}" + (f" {rest} {part}" if rest else "")
    return f"{seconds} s"


def span(milliseconds):
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60000:
        return f"{(milliseconds + 50) // 100 / 10:g} s"
    return two_units((milliseconds + 500) // 1000)


def expected(data, path):
    """A figure's text, from its place in the data."""
    value = value_at(data, path)
    if isinstance(value, str):
        return dollars(value) if path.endswith("ollars") else value
    return span(value) if re.search(r"(^|\.)lag\.", path) or path.endswith("Milliseconds") else f"{value:,}"


def check_figures(browser, data, least):
    figures = browser.evaluate(FIGURES)
    for path, text in figures:
        if text != expected(data, path):
            fail(f"{path} shows {text}, the data say {expected(data, path)}")
    if len(figures) < least:
        fail(f"only {len(figures)} figures")
    return len(figures)


def check_tips(browser, data):
    """Under the pointer and by the arrow keys, a chart tells a day's figures."""
    days = data["days"]
    for chart in ("paths", "saved", "lag", "failures"):
        x, y, width = browser.evaluate(
            f"""(() => {{ const plot = document.querySelector('[data-chart={chart}] .plot');
            plot.scrollIntoView({{block: 'center'}}); const box = plot.getBoundingClientRect();
            return [box.x, box.y + box.height / 2, box.width]; }})()""")
        index = len(days) // 3
        browser.point(x + width * (index + 0.5) / len(days), y)
        tip = browser.evaluate(f"document.querySelector('[data-chart={chart}] .tip')?.textContent")
        if not tip or days[index]["day"] not in tip:
            fail(f"the chart {chart} says {tip} instead of {days[index]['day']}")
        if chart == "paths" and f"{days[index]['paths']:,}" not in tip:
            fail(f"the chart {chart} says {tip}")
    browser.point(1, 1)
    browser.evaluate("document.querySelector('[data-chart=paths]').focus()")
    browser.press("ArrowRight")
    browser.press("ArrowRight")
    tip = browser.evaluate("document.querySelector('[data-chart=paths] .tip').textContent")
    if days[1]["day"] not in tip:
        fail(f"the arrow keys lead to {tip}")
    browser.evaluate("document.activeElement.blur(); window.scrollTo(0, 0)")


def check(browser, url, data, pictures, least):
    """Checks a page in each look; returns the number of its figures."""
    kind = "" if "days" in data else "simulation-"
    count = 0
    for name, width, height in (("desk", 1100, 900), ("phone", 390, 800)):
        for scheme in ("light", "dark"):
            browser.show(url, width, height, scheme)
            count = check_figures(browser, data, least)
            if data.get("days"):
                check_tips(browser, data)
            widest = browser.evaluate("document.documentElement.scrollWidth")
            if widest > width:
                fail(f"{name}: the page is {widest} pixels wide")
            if browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgba(0, 0, 0, 0)":
                fail("the page has no background of its own")
            if browser.complaints():
                fail(f"{name}, {scheme}: the console says {browser.complaints()}")
            if browser.requests() != [url]:
                fail(f"the page loads {browser.requests()}")
            if pictures:
                browser.picture(pictures / f"{kind}{name}-{scheme}.png")
                if name == "desk":
                    browser.picture(pictures / f"{kind}top-{scheme}.png", TOP)
    browser.show(url, 1100, 900, "light", scripts=False)
    browser.call("Emulation.setScriptExecutionDisabled", value=False)
    check_figures(browser, data, least)
    if not browser.paper().startswith(b"%PDF"):
        fail("the page can't be printed")
    browser.as_on_paper()
    if browser.evaluate("document.documentElement.scrollWidth") > 718:
        fail("the page is wider than paper")
    if pictures:
        browser.picture(pictures / f"{kind}paper.png")
    return count


def run(*arguments, log=LOG):
    file = [log.name] if log else []
    done = subprocess.run(
        [ROOT / ".build" / "debug" / "cfbridge", *arguments, *file], cwd=log.parent if log else ROOT, capture_output=True,
        check=True, timeout=300, stdin=subprocess.DEVNULL)
    return done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=Path, help="a folder for pictures of every look")
    options = parser.parse_args()
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    browser = Chromium()
    try:
        with tempfile.TemporaryDirectory(prefix="report-page-") as folder:
            page = Path(folder, "report.html")
            page.write_bytes(run("report", "--html", "-"))
            data = json.loads(run("report", "--json"))
            count = check(browser, page.as_uri(), data, options.pictures, least=200)
            # Names from outside stay text.
            hostile = Path(folder, "hostile.log")
            lines = LOG.read_text().replace("/blog/2026/", "/<img src=x onerror=alert(1)>&\\\"</script>/")
            hostile.write_text(lines)
            page.write_bytes(run("report", "--html", "-", log=hostile))
            check(browser, page.as_uri(), json.loads(run("report", "--json", log=hostile)), None, least=200)
            if browser.evaluate("document.querySelector('img')"):
                fail("a name became an element")
            # The page of a simulation has the same parts.
            what_if = ("simulate", "--site", "blog", "--days", "3", "--window", "5,300", "--ledger", "off,skip")
            page.write_bytes(run(*what_if, "--html", "-", log=None))
            check(browser, page.as_uri(), json.loads(run(*what_if, "--json", log=None)), options.pictures, least=40)
            # A wrong figure is noticed.
            page.write_bytes(run("report", "--html", "-"))
            browser.show(page.as_uri(), 1100, 900, "light")
            data = json.loads(run("report", "--json"))
            data["totals"]["paths"] += 1
            if not any(text != expected(data, path) for path, text in browser.evaluate(FIGURES)):
                fail("a wrong figure is not noticed")
    finally:
        browser.close()
    print(f"report_page: {count} figures are those of --json, in light and dark, at a desk and on a phone")


if __name__ == "__main__":
    main()
