// swift-tools-version: 6.1
import PackageDescription

// Which target may import which is the architecture: the lists below are checked against
// scripts/check-architecture.py, and every import against them by
// `swift build --explicit-target-dependency-import-check error`.
let settings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name)] + dependencies,
    swiftSettings: settings)
}

let package = Package(
  name: "s3-cloudfront-bridge",
  products: [
    .executable(name: "bootstrap", targets: ["bootstrap"]),
    .executable(name: "cfbridge", targets: ["cfbridge"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
  ],
  targets: [
    .systemLibrary(
      name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CYajl", pkgConfig: "yajl", providers: [.apt(["libyajl-dev"])]),

    library("Digest", ["CLibcrypto"]),
    library("JSON", ["CYajl"]),
    library("XML", ["CExpat"]),
    library("S3Events", ["JSON", "Digest"]),
    library("Partitions", []),
    library("InvalidationPlanning", ["S3Events", "Digest", "Partitions"]),
    library("SigV4", ["Digest"]),
    library("HTTPTransport", ["CLibcurl"]),
    library("AWSClient", ["SigV4", "HTTPTransport", "Partitions"]),
    library("CloudFrontAPI", ["AWSClient", "HTTPTransport", "InvalidationPlanning", "XML"]),
    library("LambdaRuntime", ["HTTPTransport", "JSON", logging]),
    library(
      "Bridge",
      [
        "S3Events", "InvalidationPlanning", "AWSClient", "CloudFrontAPI", "LambdaRuntime",
        "HTTPTransport", "JSON", logging,
      ]),
    library(
      "LocalCloud",
      [
        "Bridge", "S3Events", "InvalidationPlanning", "AWSClient", "CloudFrontAPI", "LambdaRuntime",
        "HTTPTransport", "JSON", "Digest", logging,
      ]),
    executable("bootstrap", ["Bridge"]),
    executable(
      "cfbridge",
      [
        "Bridge", "LocalCloud", "S3Events", "InvalidationPlanning", "CloudFrontAPI",
        "HTTPTransport", "LambdaRuntime", "JSON", logging, arguments,
      ]),

    .executableTarget(
      name: "planbench", dependencies: ["InvalidationPlanning", "S3Events"],
      path: "Benchmarks/planbench", swiftSettings: settings),
    .executableTarget(
      name: "simulate",
      dependencies: [
        "Bridge", "LocalCloud", "LambdaRuntime", "HTTPTransport", "JSON", logging,
      ], path: "Tests/Simulation", exclude: ["mutations.sh"], swiftSettings: settings),

    tests("Digest", []),
    tests("JSON", []),
    tests("XML", []),
    tests("S3Events", ["JSON"]),
    tests("Partitions", []),
    tests("InvalidationPlanning", ["S3Events", "JSON"]),
    tests("SigV4", ["JSON"]),
    tests("HTTPTransport", ["LocalCloud"]),
    tests("AWSClient", ["SigV4", "HTTPTransport"]),
    tests("CloudFrontAPI", ["AWSClient", "HTTPTransport", "InvalidationPlanning", "S3Events"]),
    tests("LambdaRuntime", ["HTTPTransport", "JSON", "LocalCloud", logging]),
    tests(
      "Bridge",
      [
        "S3Events", "InvalidationPlanning", "AWSClient", "CloudFrontAPI", "LambdaRuntime",
        "HTTPTransport", "JSON", "LocalCloud", logging,
        // Not imported: its tests run the built executable.
        "bootstrap",
      ]),
    tests("simulate", []),
    tests("LocalCloud", ["HTTPTransport", "AWSClient", "CloudFrontAPI", "InvalidationPlanning"]),
    tests("planbench", ["InvalidationPlanning"]),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzzer brings its own main function, so its target exists only while scripts/fuzz.sh builds.
if Context.environment["BRIDGE_FUZZ"] == "yes" {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "Bridge", "S3Events", "InvalidationPlanning", "AWSClient", "CloudFrontAPI",
        "LambdaRuntime", "HTTPTransport", logging,
      ], path: "Tests/Fuzz", exclude: ["corpus"],
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
