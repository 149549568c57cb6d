# Buckets behind access points or own domains, where no origin names the bucket: each bucket's
# distributions are named. The role may then invalidate just these and lists none. EventBridge mode
# needs only EventBridge switched on in the buckets, which conflicts with no notification.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

module "bridge" {
  source = "../.."

  package_file  = "${path.module}/../../../.build/lambda/bootstrap.zip"
  buckets       = ["www.example.com", "assets"]
  delivery_mode = "EventBridge"
  filters       = [{ prefix = "site/" }]
  origin_path   = "/site"
  bucket_distributions = {
    "www.example.com" = ["EDFDVBD632BHDS5", "E2QWRUHAPOMQZL"]
    "assets"          = ["EDFDVBD632BHDS5"]
  }
}
