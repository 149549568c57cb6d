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
    // For other programs too, without a promise that their API stays. Each lists the targets whose
    // names it shows.
    .library(name: "LambdaRuntime", targets: ["LambdaRuntime", "HTTPTransport", "Clock"]),
    .library(
      name: "AWSClient", targets: ["AWSClient", "SigV4", "Digest", "HTTPTransport", "Clock"]),
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

    .target(name: "CStart"),

    // OpenSSL's part of libcurl's handshake: Swift can't hold its macros and opaque structures.
    .target(
      name: "CTrust", dependencies: ["CLibcrypto"], linkerSettings: [.linkedLibrary("ssl")]),

    library("CLibrary", []),
    library("Encoding", []),
    library("Digest", ["CLibcrypto"]),
    library("Clock", ["CLibrary"]),
    library("JSON", ["CYajl", "Encoding"]),
    library("XML", ["CExpat"]),
    library("Partitions", []),
    library("CloudFrontModel", ["Encoding"]),
    library("Failures", []),
    library("S3Events", ["Failures", "JSON", "Digest", "Encoding"]),
    library(
      "InvalidationPlanning",
      ["CloudFrontModel", "Failures", "S3Events", "Digest", "Encoding", "Partitions"]),
    library("SigV4", ["Digest", "Encoding"]),
    library("HTTPTransport", ["CLibcurl", "CLibrary", "CTrust"]),
    library("AWSClient", ["SigV4", "HTTPTransport", "Clock", "Encoding"]),
    library(
      "AWSProfiles",
      [
        "AWSClient", "SigV4", "HTTPTransport", "Clock", "Digest", "Encoding", "JSON", "XML",
        "Partitions", "CLibrary",
      ]),
    library(
      "CloudFrontAPI",
      [
        "CloudFrontModel", "Failures", "AWSClient", "Encoding", "HTTPTransport", "Clock",
        "Partitions", "XML",
      ]),
    library("Probing", ["CLibrary"]),
    library("AWSJSON", ["AWSClient", "HTTPTransport", "Partitions", "JSON"]),
    library("SQSAPI", ["AWSClient", "AWSJSON", "HTTPTransport", "Clock", "JSON"]),
    library(
      "Ledger",
      ["DynamoDBAPI", "CloudFrontModel", "S3Events", "Clock", "Digest", "Encoding"]),
    library("DynamoDBAPI", ["AWSClient", "AWSJSON", "HTTPTransport", "Clock", "JSON"]),
    library(
      "OperatorAPI",
      [
        "CloudFrontAPI", "CloudFrontModel", "AWSClient", "HTTPTransport", "Clock", "Encoding",
        "JSON", "Partitions", "SigV4", "XML",
      ]),
    library(
      "LambdaRuntime", ["HTTPTransport", "JSON", "Clock", "Encoding", "CLibrary", logging]),
    library("FunctionSettings", ["CloudFrontModel", "InvalidationPlanning", "JSON"]),
    library(
      "EventPlanning",
      [
        "S3Events", "InvalidationPlanning", "CloudFrontAPI", "CloudFrontModel", "Failures",
        "FunctionSettings", "JSON", "Clock", "Probing", logging,
      ]),
    library(
      "InvalidationSending",
      [
        "CloudFrontModel", "S3Events", "InvalidationPlanning", "CloudFrontAPI", "FunctionSettings",
        "Clock", "Ledger", logging,
      ]),
    library(
      "PlanReporting",
      ["EventPlanning", "InvalidationPlanning", "CloudFrontModel", "Failures", "S3Events", "JSON"]),
    library(
      "Bridge",
      [
        "S3Events", "InvalidationPlanning", "CloudFrontAPI", "CloudFrontModel",
        "LambdaRuntime", "HTTPTransport", "JSON", "Clock", "FunctionSettings", "EventPlanning",
        "InvalidationSending", "PlanReporting", "Failures", "SQSAPI", "Probing", "AWSClient",
        "DynamoDBAPI", "Ledger", "Digest", "Encoding", logging,
      ]),
    library("SyncOutput", ["JSON", "S3Events"]),
    library(
      "ActivityReporting", ["CloudFrontModel", "InvalidationPlanning", "Encoding", "JSON"]),
    library("LocalCloud", ["CloudFrontModel", "Digest", "CLibrary"]),
    library(
      "ChangeHistory", ["S3Events", "CloudFrontModel", "Encoding", "JSON", "ActivityReporting"]),
    library(
      "VirtualWorld",
      [
        "Bridge", "LocalCloud", "LambdaRuntime", "HTTPTransport", "JSON", "Clock", "CLibrary",
        "CloudFrontModel", "Encoding", "ChangeHistory", "Probing", logging,
      ]),
    executable("bootstrap", ["Bridge", "CLibrary", "CStart"]),
    executable(
      "cfbridge",
      [
        "Bridge", "LocalCloud", "AWSClient", "AWSProfiles", "CloudFrontAPI", "OperatorAPI",
        "S3Events", "InvalidationPlanning", "CloudFrontModel", "EventPlanning",
        "FunctionSettings", "PlanReporting", "HTTPTransport", "LambdaRuntime", "JSON", "Clock",
        "CLibrary", "Partitions", "Encoding", "InvalidationSending", "Ledger", "DynamoDBAPI",
        "SyncOutput", "ActivityReporting", "ChangeHistory", "VirtualWorld", logging, arguments,
      ]),

    .executableTarget(
      name: "planbench",
      dependencies: [
        "InvalidationPlanning", "CloudFrontModel", "S3Events", "CloudFrontAPI", "SigV4", "JSON",
        "CLibrary",
      ], path: "Benchmarks/planbench", swiftSettings: settings),
    .executableTarget(
      name: "ledgerbench",
      dependencies: [
        "Bridge", "LocalCloud", "CloudFrontModel", "LambdaRuntime", "HTTPTransport", "JSON",
        "Clock", "CLibrary", logging,
      ], path: "Benchmarks/ledgerbench", swiftSettings: settings),
    .executableTarget(
      name: "rooted", dependencies: ["Bridge", "HTTPTransport", "CLibrary"],
      path: "Benchmarks/rooted", swiftSettings: settings),
    .executableTarget(
      name: "prove",
      dependencies: [
        "Digest", "LambdaRuntime", "LocalCloud", "HTTPTransport", "JSON", "CLibrary", "Probing",
        "VirtualWorld",
        logging,
      ], path: "Tests/Proof", exclude: ["mutations.sh"], swiftSettings: settings),

    tests("CLibrary", []),
    tests("Encoding", []),
    tests("Digest", ["Encoding"]),
    tests("JSON", []),
    tests("XML", ["CLibrary"]),
    tests("S3Events", ["Failures", "JSON"]),
    tests("Partitions", []),
    tests("InvalidationPlanning", ["CloudFrontModel", "S3Events", "JSON"]),
    tests("SigV4", []),
    tests("HTTPTransport", ["CLibrary"]),
    tests("AWSClient", ["SigV4", "HTTPTransport", "Clock"]),
    tests(
      "AWSProfiles",
      [
        "AWSClient", "SigV4", "HTTPTransport", "Clock", "Digest", "Encoding", "CLibrary",
        "LocalCloud",
      ]),
    tests(
      "CloudFrontAPI",
      [
        "CloudFrontModel", "Failures", "AWSClient", "HTTPTransport", "InvalidationPlanning",
        "S3Events", "Clock",
      ]),
    tests("Probing", []),
    tests("SQSAPI", ["AWSClient", "AWSJSON", "HTTPTransport", "Clock", "JSON", "LocalCloud"]),
    tests(
      "Ledger",
      ["DynamoDBAPI", "CloudFrontModel", "S3Events", "HTTPTransport", "Clock", "LocalCloud"]),
    tests("DynamoDBAPI", ["AWSClient", "AWSJSON", "HTTPTransport", "Clock", "LocalCloud"]),
    tests(
      "OperatorAPI",
      ["AWSClient", "CloudFrontAPI", "CloudFrontModel", "HTTPTransport", "Clock"]),
    tests("LambdaRuntime", ["HTTPTransport", "JSON", "Clock", logging]),
    tests(
      "Bridge",
      [
        "S3Events", "InvalidationPlanning", "AWSClient", "CloudFrontAPI", "CloudFrontModel",
        "LambdaRuntime", "HTTPTransport", "JSON", "Clock", "LocalCloud", "FunctionSettings",
        "EventPlanning", "InvalidationSending", "PlanReporting", "Failures", "SQSAPI", "Probing",
        "VirtualWorld", logging,
        // Not imported: its tests run the built executable.
        "bootstrap",
      ]),
    tests("SyncOutput", ["S3Events"]),
    tests("ActivityReporting", ["JSON", "CloudFrontModel", "InvalidationPlanning"]),
    tests("prove", []),
    tests("ChangeHistory", []),
    tests("VirtualWorld", ["ChangeHistory", "CloudFrontModel"]),
    tests("LocalCloud", ["CLibrary"]),
    tests("planbench", ["InvalidationPlanning", "CloudFrontModel"]),
  ],
  swiftLanguageModes: [.v6]
)

// The fuzzer brings its own main function, so its target exists only while scripts/fuzz.sh builds.
if Context.environment["BRIDGE_FUZZ"] == "yes" {
  package.targets.append(
    .executableTarget(
      name: "fuzz",
      dependencies: [
        "FunctionSettings", "S3Events", "InvalidationPlanning", "CloudFrontModel", "AWSClient",
        "CloudFrontAPI", "LambdaRuntime", "HTTPTransport", "Clock", "CLibrary", "JSON", "XML",
        logging,
      ], path: "Tests/Fuzz", exclude: ["corpus"],
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])]))
}
