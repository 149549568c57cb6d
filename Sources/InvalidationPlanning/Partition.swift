/// A partition of AWS: bucket names are unique in each, and hosts end differently.
///
/// From botocore's `partitions.json`.
enum Partition: CaseIterable {
  case aws, usGov, china, europeanSovereign, iso, isoB, isoF, isoE

  /// The partition of a region, by its prefix.
  init(region: String) {
    self =
      Partition.allCases.first { partition in
        partition.regionPrefixes.contains { region.hasPrefix($0) }
      } ?? .aws
  }

  private var regionPrefixes: [String] {
    switch self {
    case .aws: []
    case .usGov: ["us-gov-"]
    case .china: ["cn-"]
    case .europeanSovereign: ["eusc-"]
    case .iso: ["us-iso-"]
    case .isoB: ["us-isob-"]
    case .isoF: ["us-isof-", "eu-isof-"]
    case .isoE: ["eu-isoe-"]
    }
  }

  /// What S3's host names end in.
  var dnsSuffix: String {
    switch self {
    case .aws, .usGov: "amazonaws.com"
    case .china: "amazonaws.com.cn"
    case .europeanSovereign: "amazonaws.eu"
    case .iso: "c2s.ic.gov"
    case .isoB: "sc2s.sgov.gov"
    case .isoF: "csp.hci.ic.gov"
    case .isoE: "cloud.adc-e.uk"
    }
  }
}
