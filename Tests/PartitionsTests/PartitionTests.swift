import Partitions
import Testing

@Suite("Partitions")
struct PartitionTests {
  @Test(
    "a region is known by its form",
    arguments: [
      ("us-east-1", "aws"), ("EU-Central-1", "aws"), ("mx-central-1", "aws"),
      ("ap-southeast-19", "aws"), ("aws-global", "aws"), ("cn-north-1", "aws-cn"),
      ("aws-cn-global", "aws-cn"), ("eusc-de-east-1", "aws-eusc"), ("eusc-fr-west-2", "aws-eusc"),
      ("us-gov-west-1", "aws-us-gov"), ("aws-us-gov-global", "aws-us-gov"),
      ("us-iso-east-1", "aws-iso"), ("us-isob-east-1", "aws-iso-b"),
      ("eu-isoe-west-1", "aws-iso-e"),
      ("us-isof-south-1", "aws-iso-f"), ("eu-isof-west-1", "aws-iso-f"),
    ])
  func known(region: String, name: String) {
    #expect(Partition(region: region)?.name == name)
  }

  @Test(
    "another form is of no partition",
    arguments: [
      "", "-", "us", "us-", "us-east", "us-east-", "us-east-x", "us--1", "us-east-1a",
      "us-east-1-2",
      "xus-east-1", "nz-north-1", "us-new-east-1", "eusc-east-1", "cn-nörth-1",
      "fips-us-east-1", "global", "local",
    ])
  func unknown(region: String) {
    #expect(Partition(region: region) == nil)
  }

  @Test("names are unique, and each global region is one of its partition")
  func table() {
    #expect(Set(Partition.all.map(\.name)).count == Partition.all.count)
    #expect(Partition.all.first == .aws)
    for partition in Partition.all {
      #expect(Partition(region: partition.globalRegion) == partition)
      #expect(Partition(region: partition.name + "-global") == partition)
    }
  }

  @Test("CloudFront is in three of them")
  func cloudFront() {
    #expect(
      Partition.all.filter { $0.cloudFront != nil }.map(\.name) == ["aws", "aws-cn", "aws-eusc"])
    #expect(
      Partition(region: "eusc-de-east-1")?.cloudFront?.host(fips: true, dualStack: false)
        == "cloudfront-fips.amazonaws.eu")
  }
}
