terraform {
  required_version = ">= 1.5" # the tests need 1.7

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.40, < 7.0"
    }
  }
}
