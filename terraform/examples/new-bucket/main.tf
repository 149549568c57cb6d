# A bucket that Terraform makes and that notifies nobody else: the module owns its notifications.

terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

resource "aws_s3_bucket" "site" {
  bucket = "www.example.com"
}

module "bridge" {
  source = "../.."

  package_file               = "${path.module}/../../../.build/lambda/bootstrap.zip"
  buckets                    = [aws_s3_bucket.site.bucket]
  manage_bucket_notification = true
}
