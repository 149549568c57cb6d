locals {
  # What scripts/build.sh made beside this module, by architecture.
  builds = "${path.module}/../.build"
  built = merge([
    for folder in ["lambda-arm64", "lambda-x86_64", "lambda"] :
    { (trimspace(file("${local.builds}/${folder}/architecture"))) = "${local.builds}/${folder}/bootstrap.zip" }
    if fileexists("${local.builds}/${folder}/architecture")
  ]...)

  # What is known of the package that is named: Terraform can't look into a zip.
  package_architecture = try(
    regex("(x86_64|arm64)[^/]*$", coalesce(var.package_file, var.s3_key))[0],
    trimspace(file("${dirname(var.package_file)}/architecture")),
    null,
  )
  # Where one alone was built, it is that one.
  only_build   = var.package_file == null && var.s3_bucket == null && length(local.built) == 1 ? keys(local.built)[0] : null
  architecture = coalesce(var.architecture, local.package_architecture, local.only_build, "x86_64")
  package_file = var.s3_bucket != null ? null : var.package_file != null ? var.package_file : lookup(local.built, local.architecture, null)

  # Nobody has to say it where the path does, as in releases/v1.2.3/, or the file beside a build.
  package_version = try(
    coalesce(
      var.package_version,
      try(regex("(?:^|[/v_-])(\\d+\\.\\d+\\.\\d+(?:-(?:alpha|beta|rc)[.\\d]*\\d)?)[/_.-]", coalesce(var.package_file, var.s3_key))[0], null),
      try(trimspace(file("${dirname(local.package_file)}/version")), null),
    ),
    null,
  )
}
