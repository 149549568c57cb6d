#!/usr/bin/env python3
"""Writes the software bill of materials of a release: SPDX 2.3 as JSON, on standard output.

Usage: sbom.py VERSION ARCHITECTURE SECONDS FILE=INPUTS...

SECONDS is the time of the commit, so that two builds give the same bytes. Each FILE is a released
file with its checksum; its INPUTS are what scripts/build.sh wrote about it: a line for each component
that was linked, with its version.
"""

import datetime
import hashlib
import json
import os
import re
import sys

# What is known of each component: licence, where it comes from. A component that is not here is an error,
# so that none is forgotten.
COMPONENTS = {
    "swift": ("Apache-2.0 WITH Swift-exception", "pkg:github/swiftlang/swift@{}"),
    "swiftlang": ("Apache-2.0 WITH Swift-exception", "pkg:deb/debian/swiftlang@{}?arch={}"),
    "swift-log": ("Apache-2.0", "pkg:github/apple/swift-log@{}"),
    "swift-argument-parser": ("Apache-2.0 WITH Swift-exception", "pkg:github/apple/swift-argument-parser@{}"),
    "curl": ("curl", "pkg:deb/debian/curl@{}?arch=source"),
    "libssl-dev": ("Apache-2.0", "pkg:deb/debian/libssl-dev@{}?arch={}"),
    "libexpat1-dev": ("MIT", "pkg:deb/debian/libexpat1-dev@{}?arch={}"),
    "libyajl-dev": ("ISC", "pkg:deb/debian/libyajl-dev@{}?arch={}"),
    "libc6-dev": ("LGPL-2.1-or-later", "pkg:deb/debian/libc6-dev@{}?arch={}"),
    "libstdc++-12-dev": ("GPL-3.0-or-later WITH GCC-exception-3.1", "pkg:deb/debian/libstdc++-12-dev@{}?arch={}"),
    "libstdc++-14-dev": ("GPL-3.0-or-later WITH GCC-exception-3.1", "pkg:deb/debian/libstdc++-14-dev@{}?arch={}"),
    "zlib1g-dev": ("Zlib", "pkg:deb/debian/zlib1g-dev@{}?arch={}"),
    "libzstd-dev": ("BSD-3-Clause", "pkg:deb/debian/libzstd-dev@{}?arch={}"),
}
# Checked out with the rest, but linked into cfbridge alone.
ONLY_IN = {"swift-argument-parser": "cfbridge"}


def read_inputs(path):
    """Yields name and version of each component."""
    with open(path, encoding="utf-8") as file:
        for line in file:
            if found := re.match(r"(?:Apple )?Swift version (\S+)", line):
                yield "swift", found[1]
            else:
                name, version = re.fullmatch(r"(\S+) (?:\(source\) )?(\S+)", line.strip()).groups()
                yield name, version


def identifier(name):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name)


def component(name, version, architecture):
    if name not in COMPONENTS:
        sys.exit(f"sbom: error: {name} is linked, and scripts/release/sbom.py does not know its licence")
    licence, address = COMPONENTS[name]
    # SPDX has no identifier for Swift's exception.
    licence = licence.removesuffix(" WITH Swift-exception")
    return {
        "SPDXID": identifier(f"component-{name}"), "name": name, "versionInfo": version,
        "downloadLocation": "NOASSERTION", "filesAnalyzed": False, "licenseConcluded": "NOASSERTION",
        "licenseDeclared": licence, "copyrightText": "NOASSERTION",
        "externalRefs": [{
            "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl",
            "referenceLocator": address.format(version.replace("+", "%2B"), {"x86_64": "amd64"}.get(architecture, architecture))}],
    }


def document(version, architecture, seconds, files):
    components, relationships, released = {}, [], []
    for path, inputs in files:
        name = os.path.basename(path)
        with open(path, "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        released.append({
            "SPDXID": identifier(name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "packageFileName": name, "filesAnalyzed": False, "licenseConcluded": "NOASSERTION", "licenseDeclared": "Apache-2.0",
            "copyrightText": "NOASSERTION", "primaryPackagePurpose": "APPLICATION",
            "checksums": [{"algorithm": "SHA256", "checksumValue": digest}]})
        relationships.append({
            "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": identifier(name)})
        for linked, its_version in read_inputs(inputs):
            if ONLY_IN.get(linked, name) not in name:
                continue
            components[linked] = component(linked, its_version, architecture)
            relationships.append({
                "spdxElementId": identifier(name), "relationshipType": "STATIC_LINK",
                "relatedSpdxElement": identifier(f"component-{linked}")})
    sums = "".join(package["checksums"][0]["checksumValue"] for package in released)
    created = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    return {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"s3-cloudfront-bridge-{version}-{architecture}",
        "documentNamespace": f"https://spdx.org/spdxdocs/s3-cloudfront-bridge-{version}-{architecture}-"
                             f"{hashlib.sha256(sums.encode()).hexdigest()}",
        "creationInfo": {"created": created.strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: scripts/release/sbom.py"]},
        "packages": [*released, *(components[name] for name in sorted(components))],
        "relationships": relationships,
    }


def main():
    if len(sys.argv) < 5:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    version, architecture, seconds, *files = sys.argv[1:]
    json.dump(document(version, architecture, seconds, [file.split("=", 1) for file in files]), sys.stdout, indent=1, sort_keys=True)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
