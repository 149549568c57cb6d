# A bucket whose notifications Terraform already owns elsewhere: the module stays out of them, and
# the one resource that owns them gets an entry for the bridge.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

module "bridge" {
  source = "../.."

  package_file = "${path.module}/../../../.build/lambda/bootstrap.zip"
  buckets      = ["www.example.com"]
}

resource "aws_s3_bucket_notification" "site" {
  bucket = "www.example.com"

  topic { # what was there before
    id            = "uploads"
    topic_arn     = "arn:aws:sns:eu-west-1:111122223333:uploads"
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = "incoming/"
  }

  queue {
    id            = "s3-cloudfront-bridge"
    queue_arn     = module.bridge.notification_destination_arn
    events        = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"]
    filter_prefix = "site/" # must not overlap with incoming/
  }
}
