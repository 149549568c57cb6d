#!/usr/bin/env python3
"""Checks that the package keeps to its architecture.

Compares Package.swift with the table below and greps the rules of the form "only X spells Y".
With --self-test, breaks every rule once in memory and requires that it is reported.
"""

import argparse
import collections
import functools
import json
import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Which target may import which. A target that is not here may not exist.
ALLOWED = {
    "CLibcurl": set(),
    "CLibcrypto": set(),
    "CExpat": set(),
    "CYajl": set(),
    "CStart": set(),
    "CTrust": {"CLibcrypto"},
    "CLibrary": set(),
    "Encoding": set(),
    "Digest": {"CLibcrypto"},
    "Clock": {"CLibrary"},
    "JSON": {"CYajl", "Encoding"},
    "XML": {"CExpat"},
    "Partitions": set(),
    "CloudFrontModel": {"Encoding"},
    "Failures": set(),
    "S3Events": {"Failures", "JSON", "Digest", "Encoding"},
    "InvalidationPlanning": {
        "CloudFrontModel", "Failures", "S3Events", "Digest", "Encoding", "Partitions",
    },
    "SigV4": {"Digest", "Encoding"},
    "HTTPTransport": {"CLibcurl", "CLibrary", "CTrust"},
    "AWSClient": {"SigV4", "HTTPTransport", "Clock", "Encoding"},
    # Only the command line needs what a laptop has: the function's keys are in its environment.
    "AWSProfiles": {
        "AWSClient", "SigV4", "HTTPTransport", "Clock", "Digest", "Encoding", "JSON", "XML",
        "Partitions", "CLibrary",
    },
    "CloudFrontAPI": {
        "CloudFrontModel", "Failures", "AWSClient", "Encoding", "HTTPTransport", "Clock",
        "Partitions", "XML",
    },
    "Probing": {"CLibrary"},
    "AWSJSON": {"AWSClient", "HTTPTransport", "Partitions", "JSON"},
    "SQSAPI": {"AWSClient", "AWSJSON", "HTTPTransport", "Clock", "JSON"},
    "Ledger": {"DynamoDBAPI", "CloudFrontModel", "S3Events", "Clock", "Digest", "Encoding"},
    "DynamoDBAPI": {"AWSClient", "AWSJSON", "HTTPTransport", "Clock", "JSON"},
    # What only an operator asks AWS: the function links none of it.
    "OperatorAPI": {
        "CloudFrontAPI", "CloudFrontModel", "AWSClient", "HTTPTransport", "Clock", "Encoding",
        "JSON", "Partitions", "SigV4", "XML",
    },
    # These two know nothing of the product: they are libraries for others too.
    "LambdaRuntime": {"HTTPTransport", "JSON", "Clock", "Encoding", "CLibrary", "Logging"},
    "FunctionSettings": {"CloudFrontModel", "InvalidationPlanning", "JSON"},
    "EventPlanning": {
        "S3Events", "InvalidationPlanning", "CloudFrontAPI", "CloudFrontModel", "Failures",
        "FunctionSettings", "JSON", "Clock", "Probing", "Logging",
    },
    "InvalidationSending": {
        "CloudFrontModel", "S3Events", "InvalidationPlanning", "CloudFrontAPI", "FunctionSettings",
        "Clock", "Ledger", "Logging",
    },
    "PlanReporting": {
        "EventPlanning", "InvalidationPlanning", "CloudFrontModel", "Failures", "S3Events", "JSON",
    },
    "Bridge": {
        "S3Events", "InvalidationPlanning", "CloudFrontAPI", "CloudFrontModel",
        "LambdaRuntime", "HTTPTransport", "JSON", "Clock", "FunctionSettings", "EventPlanning",
        "InvalidationSending", "PlanReporting", "Failures", "SQSAPI", "Probing", "AWSClient",
        "DynamoDBAPI", "Ledger", "Digest", "Encoding", "Logging",
    },
    # What other tools print; the function never sees it.
    "SyncOutput": {"JSON", "S3Events"},
    # What the function logged, added up for a person; the function never sees it.
    "ActivityReporting": {"CloudFrontModel", "InvalidationPlanning", "Encoding", "JSON"},
    # It decodes what clients send with its own code, and checks signatures with it: it needs the
    # hashes and CloudFront's values, never the signer, the client or our JSON.
    "LocalCloud": {"CloudFrontModel", "Digest", "CLibrary"},
    # Changes of the past, wherever they are written down.
    "ChangeHistory": {"S3Events", "CloudFrontModel", "Encoding", "JSON", "ActivityReporting"},
    # The virtual clock, and the real function on it.
    "VirtualWorld": {
        "Bridge", "LocalCloud", "LambdaRuntime", "HTTPTransport", "JSON", "Clock", "CLibrary",
        "CloudFrontModel", "Encoding", "ChangeHistory", "Probing", "Logging",
    },
    "bootstrap": {"Bridge", "CLibrary", "CStart"},
    "cfbridge": {
        "Bridge", "LocalCloud", "AWSClient", "AWSProfiles", "CloudFrontAPI", "OperatorAPI",
        "S3Events", "InvalidationPlanning", "CloudFrontModel", "EventPlanning",
        "FunctionSettings", "PlanReporting", "HTTPTransport", "LambdaRuntime", "JSON", "Clock",
        "CLibrary", "Partitions", "Encoding", "InvalidationSending", "Ledger", "DynamoDBAPI",
        "SyncOutput", "ActivityReporting", "ChangeHistory", "VirtualWorld", "Logging",
        "ArgumentParser",
    },
    # Measures single parts for scripts/bench.sh.
    "planbench": {
        "InvalidationPlanning", "CloudFrontModel", "S3Events", "CloudFrontAPI", "SigV4", "JSON",
        "CLibrary",
    },
    # Counts what the ledger saves, for scripts/ledger-figures.sh.
    "ledgerbench": {
        "Bridge", "LocalCloud", "CloudFrontModel", "LambdaRuntime", "HTTPTransport", "JSON",
        "Clock", "CLibrary", "Logging",
    },
    # bootstrap with a root of the benchmark's own.
    "rooted": {"Bridge", "HTTPTransport", "CLibrary"},
    # In Tests/Fuzz.
    "fuzz": {
        "FunctionSettings", "S3Events", "InvalidationPlanning", "CloudFrontModel", "AWSClient",
        "CloudFrontAPI", "LambdaRuntime", "HTTPTransport", "Clock", "CLibrary", "JSON", "XML",
        "Logging",
    },
    # The world around the real handler, in Tests/Proof.
    "prove": {
        "Digest", "LambdaRuntime", "LocalCloud", "HTTPTransport", "JSON", "CLibrary", "Probing",
        "VirtualWorld", "Logging",
    },
}
PURE = {
    "Encoding", "Partitions", "CloudFrontModel", "Failures", "S3Events", "InvalidationPlanning",
    "SigV4", "FunctionSettings", "SyncOutput", "ActivityReporting",
    "ChangeHistory",
}
# What comes with the toolchain or the system.
PLATFORM = {"Glibc", "Musl", "Darwin", "Synchronization", "Dispatch", "Testing", "XCTest", "Swift"}
MAY_USE_FOUNDATION = {"LocalCloud", "cfbridge"}
MAY_TRAP = {"LocalCloud"}
MAX_LINES = 300
MAX_COLUMNS = 100
# The fakes and the virtual clock, which are there for tests as much as for replaying.
FOR_TESTS = {"LocalCloud", "VirtualWorld"}
# What the function must not link.
FOR_OTHERS = {
    "LocalCloud", "AWSProfiles", "OperatorAPI", "SyncOutput", "ActivityReporting", "ChangeHistory",
    "VirtualWorld", "cfbridge", "prove",
}
# What a protocol of Swift's own asks for.
CALLED_BY_SWIFT = {"customMirror", "description", "errorDescription", "hash"}

# Words that only some targets spell, and where.
SPELLING = {
    "only HTTPTransport spells curl_": (r"\b(curl_|CURL[A-Z]*_)", {"HTTPTransport", "CLibcurl"}),
    "only JSON spells yajl_": (r"\byajl_", {"JSON", "CYajl"}),
    "only XML spells XML_": (r"\bXML_[A-Z]", {"XML", "CExpat"}),
    "only Digest spells libcrypto": (
        r"\b(EVP_|OPENSSL_|CRYPTO_|HMAC_|SHA256_|SHA1_|SHA_|HMAC\(|SHA256\()", {"Digest", "CLibcrypto", "CTrust"}),
}
# Where CloudFront's error codes are listed, and who may spell them: the client that reads them,
# the fake that answers with them, and the clients that speak JSON, whose services have some of the
# same names.
ERROR_CODES = "Sources/CloudFrontAPI/CloudFrontRefusal+Kind.swift"
SPELL_ERROR_CODES = {"CloudFrontAPI", "LocalCloud", "AWSJSON"}
# Who may spell errorTypes: the list of them, and the fake of Lambda, which has its own.
SPELL_ERROR_TYPES = {"Failures", "LocalCloud"}
TRAPS = r"\b(fatalError|preconditionFailure|assertionFailure|unsafeBitCast)\b|\b(try|as)!"
OUTSIDE_WORLD = (
    r"(?<![\w.])(?<!func )(open|fopen|time|socket|print|rand|random|sleep|usleep)\("
    r"|\b(s?getenv|secure_getenv|setenv|clock_gettime|gettimeofday|nanosleep|getrandom|arc4random"
    r"|ContinuousClock|SuspendingClock|SystemClock|SystemRandomNumberGenerator|ProcessInfo"
    r"|CommandLine|FileManager)\b|\.random(Element)?\(|\.shuffled\("
)
IMPORT = re.compile(
    r"^\s*(?:@[\w()]+\s+)*(?:public\s+|package\s+|internal\s+|fileprivate\s+|private\s+)?"
    r"import\s+(?:(?:struct|class|enum|func|var|let|protocol|typealias)\s+)?(\w+)", re.MULTILINE)
DECLARATION = re.compile(
    r"\b(?:func|var|let|struct|enum|class|actor|protocol|typealias)\s+`?(\w+)")
SHARED_NAME = re.compile(
    r"\b(package|public)\s+(?:(?!func|var|let|struct|enum|class\s+\w|protocol|typealias)"
    r"[\w()]+\s+)*(?:func|var|let|struct|enum|class|protocol|typealias)\s+`?(\w+)")
VAGUE_NAME = re.compile(
    r"(?:^|(?<=[a-z0-9_+-]))(Utils?|Utility|Utilities|Common|Helpers?|Managers?|Misc)$"
    r"|(?:^|[_-])(utils?|common|helpers?|managers?|misc)$")
# Put together so that this file does not hold them.
LEFTOVER = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X"]) + r")\b")


@functools.cache
def swift_code(text):
    """Blanks comments and strings, keeps the code of interpolations and every line break.

    Returns that code, and where each comment begins and ends. The self-test judges hundreds of trees
    that differ in one file, so each text is read once.
    """
    out, comments, end = [], [], len(text)

    def blank(piece):
        out.append(re.sub(r"[^\n]", " ", piece))

    def comment(at):
        if text.startswith("//", at):
            stop = text.find("\n", at)
            return end if stop < 0 else stop
        depth, stop = 0, at
        while stop < end:
            if text.startswith("/*", stop):
                depth, stop = depth + 1, stop + 2
            elif text.startswith("*/", stop):
                depth, stop = depth - 1, stop + 2
                if depth == 0:
                    return stop
            else:
                stop += 1
        return end

    def code(at, closing):
        """Copies code up to the parenthesis that closes an interpolation, or to the end."""
        depth = 0
        while at < end:
            opening = re.compile(r'(#*)("""|")').match(text, at)
            if text.startswith(("//", "/*"), at):
                stop = comment(at)
                comments.append((at, stop))
                blank(text[at:stop])
                at = stop
            elif opening:
                at = string(at, opening)
            else:
                if closing and text[at] == "(":
                    depth += 1
                elif closing and text[at] == ")":
                    if depth == 0:
                        return at
                    depth -= 1
                out.append(text[at])
                at += 1
        return at

    def string(at, opening):
        hashes, quote = opening.groups()
        closing, escape = quote + hashes, "\\" + hashes
        blank(opening.group())
        at = opening.end()
        while at < end:
            if text.startswith(closing, at):
                blank(closing)
                return at + len(closing)
            if text.startswith(escape, at):
                blank(escape)
                at += len(escape)
                if text.startswith("(", at):
                    out.append("(")
                    at = code(at + 1, True)
                elif at < end:
                    blank(text[at])
                    at += 1
            else:
                blank(text[at])
                at += 1
        return at

    code(0, False)
    return "".join(out), comments


@functools.cache
def imports_of(code):
    return [(found.group(1), found.start(1)) for found in IMPORT.finditer(code)]


@functools.cache
def words_used(code):
    """Returns how often each word stands in code without being declared or imported there."""
    used = collections.Counter(re.findall(r"\w+", IMPORT.sub("", code)))
    used.subtract(found.group(1) for found in DECLARATION.finditer(code))
    return used


def target_of(path):
    parts = path.split("/")
    return parts[1] if len(parts) > 2 and parts[0] in ("Sources", "Tests") else None


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def dependency_name(dependency):
    return next(iter(dependency.values()))[0]


class Tree:
    """The package as it is judged: its manifest and its files by path."""

    def __init__(self, manifest, files):
        self.targets = {target["name"]: target for target in manifest["targets"]}
        # What other programs may use.
        self.offered = {
            name for product in manifest["products"] if "library" in product["type"]
            for name in product["targets"]
        }
        self.files = files

    def dependencies(self, name):
        return {dependency_name(each) for each in self.targets[name]["dependencies"]}

    def folder(self, name):
        target = self.targets[name]
        top = "Tests" if target["type"] == "test" else "Sources"
        return target.get("path") or f"{top}/{name}"

    def linked_by(self, name):
        found, open_names = set(), [name]
        while open_names:
            current = open_names.pop()
            if current not in found and current in self.targets:
                found.add(current)
                open_names.extend(self.dependencies(current))
        return found

    def sources(self, folder="Sources"):
        """Yields path, target and code of Swift, C and header files, comments and strings cut."""
        for path, text in sorted(self.files.items()):
            if path.startswith(folder + "/") and path.endswith((".swift", ".c", ".h")):
                yield path, target_of(path), swift_code(text)[0]


def check_table(tree):
    for name, target in tree.targets.items():
        if target["type"] == "test":
            if name.removesuffix("Tests") not in ALLOWED:
                yield f"Package.swift: test target {name} is not named after a target"
            continue
        if name not in ALLOWED:
            yield f"Package.swift: target {name} is not in the table of check-architecture.py"
            continue
        for extra in sorted(tree.dependencies(name) - ALLOWED[name]):
            yield f"Package.swift: {name} may not depend on {extra}"


def check_unused_dependencies(tree):
    """What a target declares, one of its files imports; an executable may be there to be run."""
    imported = {}
    for folder in ("Sources", "Tests", "Benchmarks"):
        for path, _, code in tree.sources(folder):
            if path.endswith(".swift"):
                names = {module for module, _ in imports_of(code)}
                imported.setdefault("/".join(path.split("/")[:2]), set()).update(names)
    for name, target in sorted(tree.targets.items()):
        # A target in C includes headers instead, and may have none to include.
        if target["type"] == "system" or tree.folder(name) not in imported:
            continue
        for unused in sorted(tree.dependencies(name) - imported.get(tree.folder(name), set())):
            is_run = tree.targets.get(unused, {}).get("type") == "executable"
            if not (is_run and target["type"] == "test"):
                yield f"Package.swift: {name} depends on {unused}, which none of its files imports"


def check_imports(tree):
    for path, target, code in tree.sources():
        for module, start in imports_of(code):
            if module in PLATFORM or module.startswith("Foundation"):
                continue
            if module not in ALLOWED.get(target, set()):
                yield f"{path}:{line_of(code, start)}: {target} may not import {module}"


def check_foundation(tree):
    linked = tree.linked_by("bootstrap")
    for path, target, code in tree.sources():
        for module, start in imports_of(code):
            if not module.startswith("Foundation"):
                continue
            where = f"{path}:{line_of(code, start)}"
            if target in linked:
                yield f"{where}: bootstrap links {target}, so it may not import Foundation"
            elif target not in MAY_USE_FOUNDATION:
                yield f"{where}: {target} may not import Foundation"


def check_links(tree):
    for name in sorted(tree.linked_by("bootstrap") & FOR_OTHERS):
        yield f"Package.swift: bootstrap links {name}"
    for name in sorted(tree.linked_by("bootstrap")):
        if "ArgumentParser" in tree.dependencies(name):
            yield f"Package.swift: bootstrap links ArgumentParser through {name}"


def spelling_check(pattern, homes):
    def check(tree):
        for folder in ("Sources", "Tests"):
            for path, target, code in tree.sources(folder):
                if target.removesuffix("Tests") in homes:
                    continue
                for found in re.finditer(pattern, code):
                    yield f"{path}:{line_of(code, found.start())}: spells {found.group()}"
    return check


def check_error_codes(tree):
    """Decisions are taken by CloudFrontRefusal.Kind, so nobody else spells CloudFront's codes."""
    codes = re.findall(r'^\s*"([A-Z]\w+)":', tree.files.get(ERROR_CODES, ""), re.MULTILINE)
    if not codes:
        yield f"{ERROR_CODES}: no error codes found"
        return
    literal = re.compile(r'"(%s)"' % "|".join(codes))
    for path, target, _ in tree.sources():
        if target in SPELL_ERROR_CODES:
            continue
        for found in literal.finditer(tree.files[path]):
            where = f"{path}:{line_of(tree.files[path], found.start())}"
            yield f"{where}: spells {found.group()}; compare CloudFrontRefusal.Kind"


def check_error_types(tree):
    """Users match on errorTypes, so all of them stand in one list."""
    for path, target, _ in tree.sources():
        if target in SPELL_ERROR_TYPES:
            continue
        for found in re.finditer(r'"(Runtime|Function)\.[A-Z]\w*"', tree.files[path]):
            where = f"{path}:{line_of(tree.files[path], found.start())}"
            yield f"{where}: spells {found.group()}; add it to FailureType"


def check_distribution_ids(tree):
    """A distribution is a DistributionID; the fake's are its own, and an option names a file."""
    bare = re.compile(r"\bdistribution(s|ID|IDs)?: *(\[ *|Set< *)?String\b")
    for path, target, code in tree.sources():
        if target in {"LocalCloud", "cfbridge"}:
            continue
        for found in bare.finditer(code):
            where = f"{path}:{line_of(code, found.start())}"
            yield f"{where}: {found.group()} is to be a DistributionID"


def check_traps(tree):
    for path, target, code in tree.sources():
        if target not in MAY_TRAP:
            for found in re.finditer(TRAPS, code):
                yield f"{path}:{line_of(code, found.start())}: {found.group()} may end the process"


def check_purity(tree):
    for path, target, code in tree.sources():
        if target not in PURE:
            continue
        for module, start in imports_of(code):
            if module in PLATFORM - {"Swift"}:
                yield f"{path}:{line_of(code, start)}: pure, but imports {module}"
        for found in re.finditer(OUTSIDE_WORLD, code):
            where = f"{path}:{line_of(code, found.start())}"
            yield f"{where}: pure, but uses {found.group().strip()}"


def check_length(tree):
    for path, text in sorted(tree.files.items()):
        lines = len(text.splitlines())
        if path.endswith(".swift") and lines > MAX_LINES:
            yield f"{path}: {lines} lines; at {MAX_LINES} ask what it really is"


def check_columns(tree):
    """swift-format keeps code within its columns, but leaves comments as they are."""
    for path, text in sorted(tree.files.items()):
        if not path.endswith(".swift"):
            continue
        for begin, end in swift_code(text)[1]:
            begin = text.rfind("\n", 0, begin) + 1
            for number, line in enumerate(text[begin:end].split("\n"), line_of(text, begin)):
                if len(line) > MAX_COLUMNS and "://" not in line:
                    yield f"{path}:{number}: a comment of {len(line)} columns; {MAX_COLUMNS} fit"


def check_use(tree):
    """A name that other targets may use is used, and not by tests alone.

    Names are compared as text, so a name that means two things passes when one of them is used.
    Operators, initialisers and the cases of enums are not looked at.
    """
    words = {}
    for folder in ("Sources", "Benchmarks"):
        for path, _, code in tree.sources(folder):
            place = "/".join(path.split("/")[:2])
            words.setdefault(place, collections.Counter()).update(words_used(code))
    homes = {tree.folder(name): name for name in tree.targets}
    users = {}
    for folder, counted in words.items():
        for name in tree.linked_by(homes[folder]) if folder in homes else ():
            users.setdefault(name, collections.Counter()).update(counted)
    for path, target, code in tree.sources():
        for found in SHARED_NAME.finditer(code):
            access, name = found.groups()
            if target in FOR_TESTS or (access == "public" and target in tree.offered):
                continue
            if name not in CALLED_BY_SWIFT and users.get(target, {}).get(name, 0) <= 0:
                yield f"{path}:{line_of(code, found.start())}: only tests use {name}, if anybody"


def check_names(tree):
    names = {}
    for path in sorted(tree.files):
        if path.startswith(("Sources/", "Tests/", "scripts/")):
            for depth, part in enumerate(path.split("/")):
                names.setdefault("/".join(path.split("/")[: depth + 1]), part)
    for path, part in sorted(names.items()):
        if VAGUE_NAME.search(os.path.splitext(part)[0]):
            yield f"{path}: a name that says nothing; a function without a home is missing a type"


def check_leftovers(tree):
    for path, text in sorted(tree.files.items()):
        for found in LEFTOVER.finditer(text):
            yield f"{path}:{line_of(text, found.start())}: {found.group()} left behind"


def check_placeholders(tree):
    """A target with code has no placeholder any more."""
    crowded = {}
    for path, _, _ in list(tree.sources()) + list(tree.sources("Tests")):
        crowded.setdefault(os.path.dirname(path), []).append(path)
    for folder, paths in sorted(crowded.items()):
        if len(paths) > 1 and folder + "/Placeholder.swift" in paths:
            yield f"{folder}/Placeholder.swift: is not needed any more"


RULES = {
    "table": check_table,
    "unused dependencies": check_unused_dependencies,
    "imports": check_imports,
    "links": check_links,
    "foundation": check_foundation,
    **{name: spelling_check(*rule) for name, rule in SPELLING.items()},
    "only CloudFrontAPI spells CloudFront's error codes": check_error_codes,
    "only Failures spells errorTypes": check_error_types,
    "distribution ids": check_distribution_ids,
    "traps": check_traps,
    "purity": check_purity,
    "length": check_length,
    "columns": check_columns,
    "use": check_use,
    "names": check_names,
    "leftovers": check_leftovers,
    "placeholders": check_placeholders,
}

# For every rule, changes that must be reported: a file and its text, or a target and what it
# comes to depend on.
SEEDS = {
    "table": [("depend", "S3Events", "XML"), ("depend", "Novelty", None),
              ("depend", "LocalCloud", "SigV4")],
    "unused dependencies": [("depend", "Bridge", "Partitions"),
                            ("depend", "DigestTests", "Partitions"),
                            ("depend", "cfbridge", "bootstrap")],
    "imports": [("file", "Sources/SigV4/Seed.swift", "public import XML\n"),
                ("file", "Sources/bootstrap/Seed.swift", "import class LocalCloud.Server\n"),
                ("file", "Sources/JSON/Seed.swift", "@testable import CExpat\n")],
    "links": [("depend", "Bridge", "LocalCloud"), ("depend", "Bridge", "AWSProfiles"),
              ("depend", "JSON", "ArgumentParser")],
    "foundation": [("file", "Sources/JSON/Seed.swift", "import FoundationEssentials\n"),
                   ("file", "Sources/Bridge/Seed.swift", "internal import Foundation\n")],
    "only HTTPTransport spells curl_": [
        ("file", "Sources/AWSClient/Seed.swift", "let handle = curl_easy_init()\n"),
        ("file", "Tests/AWSClientTests/Seed.swift", "let option = CURLOPT_URL\n")],
    "only JSON spells yajl_": [
        ("file", "Sources/S3Events/Seed.swift", 'let text = "\\(yajl_alloc(nil, nil, nil))"\n')],
    "only XML spells XML_": [
        ("file", "Sources/CloudFrontAPI/Seed.swift", "let parser = XML_ParserCreate(nil)\n")],
    "only Digest spells libcrypto": [
        ("file", "Sources/SigV4/Seed.swift", "let context = EVP_MD_CTX_new()\n"),
        ("file", "Sources/LocalCloud/Seed.swift", "let code = HMAC(nil, nil, 0)\n")],
    "only CloudFrontAPI spells CloudFront's error codes": [
        ("file", "Sources/Bridge/Seed.swift", 'let isGone = code == "NoSuchDistribution"\n'),
        ("file", "Sources/EventPlanning/Seed.swift", 'switch code { case "AccessDenied": 1 }\n'),
        ("file", ERROR_CODES, "// Moved.\n")],
    "only Failures spells errorTypes": [
        ("file", "Sources/Bridge/Seed.swift", 'let type = "Function.CloudFrontTired"\n'),
        ("file", "Sources/LambdaRuntime/Seed.swift", 'let type = ErrorType("Runtime.Odd")\n')],
    "distribution ids": [
        ("file", "Sources/Bridge/Seed.swift", "func forget(distribution: String) {}\n"),
        ("file", "Sources/EventPlanning/Seed.swift", "var distributionIDs: [String] = []\n")],
    "traps": [("file", "Sources/XML/Seed.swift", "func seed() { fatalError() }\n"),
              ("file", "Sources/XML/Seed.swift", "let seed = try! read()\n"),
              ("file", "Sources/cfbridge/Seed.swift", "let seed = value as! Int\n"),
              ("file", "Sources/Bridge/Seed.swift", "func seed() { preconditionFailure() }\n")],
    "purity": [("file", "Sources/S3Events/Seed.swift", "import Glibc\n"),
               ("file", "Sources/Partitions/Seed.swift", "import Glibc\n"),
               ("file", "Sources/SigV4/Seed.swift", "let now = time(nil)\n"),
               ("file", "Sources/SigV4/Seed.swift", "clock_gettime(CLOCK_REALTIME, &now)\n"),
               ("file", "Sources/InvalidationPlanning/Seed.swift", 'let home = getenv("HOME")\n'),
               ("file", "Sources/InvalidationPlanning/Seed.swift", "let n = Int.random(in: 1...6)\n"),
               ("file", "Sources/S3Events/Seed.swift", 'let file = open("events", 0)\n')],
    "length": [("file", "Sources/Digest/Seed.swift", "// line\n" * (MAX_LINES + 1))],
    "columns": [("file", "Sources/Digest/Seed.swift", "  /// " + "wide " * 20 + "\n"),
                ("file", "Tests/DigestTests/Seed.swift", "let a = 1  // " + "é" * 87 + "\n"),
                ("file", "Benchmarks/planbench/Seed.swift", "/* a\n" + "b" * 101 + " */\n")],
    "use": [("file", "Sources/Digest/Seed.swift", "package func seedOfNobody() {}\n"),
            ("file", "Sources/JSON/Seed.swift", "package private(set) static var seedling = 1\n"),
            ("file", "Sources/Bridge/Seed.swift", "public struct SeedOfNobody {}\n"),
            # The target that has the word can't see the name.
            ("file", "Sources/Bridge/Seed.swift", "package let monotonicTimeOfSeed = yajl_gen\n")],
    "names": [("file", "Sources/Digest/DigestUtils.swift", ""),
              ("file", "Sources/Bridge/Common/Seed.swift", ""),
              ("file", "Tests/DigestTests/TestHelpers.swift", ""),
              ("file", "scripts/build-helpers.sh", "")],
    "leftovers": [("file", "README-seed.md", "TO" + "DO: write\n"),
                  ("file", "scripts/seed.sh", "# FIX" + "ME\n")],
    "placeholders": [("file", "Sources/XML/Placeholder.swift", "\n")],
}
# What no rule may report: words in comments and strings, and names that merely look alike.
INNOCENT = [
    ("file", "Sources/S3Events/Seed.swift", "/// C: `curl_easy_init`, `yajl_alloc`.\nlet a = 1\n"),
    ("file", "Sources/SigV4/Seed.swift", 'let text = #"curl_ "\\(time(1))" EVP_"#\n'),
    ("file", "Sources/SigV4/Seed.swift", "/* fatalError /* try! */ as! */ func time(of: Int) {}\n"),
    ("file", "Sources/S3Events/Seed.swift", 'let text = """\n  "getenv" \\"""\n  """\n'),
    ("file", "Sources/S3Events/CommonPrefix.swift", ""),
    ("file", "Sources/SigV4/Commonplace.swift", "let lifetime = 1\n"),
    ("file", "Sources/SigV4/Seed.swift", "/// https://example.com/" + "a" * 90 + "\n"),
    ("file", "Sources/SigV4/Seed.swift", 'let text = "// ' + "a" * 100 + '"\n'),
    ("file", "Sources/SigV4/Seed.swift", "/// " + "é" * 96 + "\n"),
    ("file", "Sources/Clock/Seed.swift", "public func seedOfProduct() {}\n"),
    ("file", "Sources/LocalCloud/Seed.swift", "package func seedOfTests() {}\n"),
    ("file", "Sources/Digest/Seed.swift", "package let seed = 1\nfunc use() { print(seed) }\n"),
    ("depend", "DigestTests", "cfbridge"),
]


def load_tree():
    # With the fuzzer's target, which exists only while it is built.
    manifest = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, stdout=subprocess.PIPE,
        env={**os.environ, "BRIDGE_FUZZ": "yes"})
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, stdout=subprocess.PIPE)
    files = {}
    for path in filter(None, listing.stdout.decode().split("\0")):
        try:
            with open(os.path.join(ROOT, path), encoding="utf-8") as file:
                files[path] = file.read()
        except (UnicodeDecodeError, FileNotFoundError, IsADirectoryError):
            continue
    return json.loads(manifest.stdout), files


def problems(tree):
    return [(rule, text) for rule, check in RULES.items() for text in check(tree)]


def seeded(manifest, files, seed):
    manifest, files = json.loads(json.dumps(manifest)), dict(files)
    kind, subject, value = seed
    if kind == "file":
        files[subject] = value
        return Tree(manifest, files)
    target = next((each for each in manifest["targets"] if each["name"] == subject), None)
    if target is None:
        target = {"name": subject, "type": "regular", "dependencies": []}
        manifest["targets"].append(target)
    if value:
        target["dependencies"].append({"byName": [value, None]})
    return Tree(manifest, files)


def self_test(manifest, files):
    before = set(problems(Tree(manifest, files)))
    failed = [f"rule {rule} has no seed" for rule in RULES if not SEEDS.get(rule)]
    count = 0
    for rule, seeds in SEEDS.items():
        for seed in seeds:
            count += 1
            new = set(problems(seeded(manifest, files, seed))) - before
            if rule not in {found for found, _ in new}:
                failed.append(f"rule {rule} does not report {seed}")
    for seed in INNOCENT:
        for rule, text in sorted(set(problems(seeded(manifest, files, seed))) - before):
            # A seed beside a placeholder is rightly reported by that rule.
            if rule != "placeholders":
                failed.append(f"rule {rule} reports what is allowed: {text}")
    for line in failed:
        print(line, file=sys.stderr)
    print(f"architecture self-test: {len(RULES)} rules, {count} seeded violations,"
          f" {len(INNOCENT)} allowed look-alikes, {len(failed)} failures")
    return not failed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--self-test", action="store_true", help="break every rule once")
    arguments = parser.parse_args()
    manifest, files = load_tree()
    if arguments.self_test:
        return 0 if self_test(manifest, files) else 1
    found = problems(Tree(manifest, files))
    for rule, text in found:
        print(f"{text} [{rule}]", file=sys.stderr)
    print(f"architecture: {len(RULES)} rules over {len(files)} files, {len(found)} violations")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
