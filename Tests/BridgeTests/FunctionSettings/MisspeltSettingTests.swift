import FunctionSettings
import Testing

@Suite("A misspelt setting")
struct MisspeltSettingTests {
  @Test(
    "is found with the setting that it resembles",
    arguments: [
      ("WILDCARD_TRESHOLD", "WILDCARD_THRESHOLD"), ("WILDCARD_THERSHOLD", "WILDCARD_THRESHOLD"),
      ("CLOUDFRONT_DISTRIBUTION_IDS", "CLOUDFRONT_DISTRIBUTION_ID"),
      ("CLOUDFRONT_DISTRIBUTIONS_ID", "CLOUDFRONT_DISTRIBUTION_ID"),
      ("DRYRUN", "DRY_RUN"), ("INDEX_FORM", "INDEX_FORMS"), ("MAX_WILDCARD", "MAX_WILDCARDS"),
      ("DEADLINE_MARGIN_S", "DEADLINE_MARGIN_MS"), ("PATHS_RULE", "PATH_RULES"),
      ("DISTRIBUTION_CASH_SECOND", ""), ("SQS_FAILURE", "SQS_FAILURES"),
    ])
  func found(name: String, likely: String) {
    let misspelt = MisspeltSetting.all(in: [name: "1", "PATH": "/bin"])
    #expect(misspelt.map(\.name) == (likely.isEmpty ? [] : [name]))
    #expect(misspelt.map(\.likely) == (likely.isEmpty ? [] : [likely]))
  }

  @Test("is asked about in words")
  func words() {
    #expect(
      MisspeltSetting.all(in: ["WILDCARD_TRESHOLD": "3"]).map(\.description) == [
        "WILDCARD_TRESHOLD is not a setting; did you mean WILDCARD_THRESHOLD?"
      ])
  }

  @Test("is none that is a setting, set or empty")
  func settings() {
    for value in ["", "1"] {
      let all = Dictionary(uniqueKeysWithValues: Settings.table.map { ($0.name, value) })
      #expect(MisspeltSetting.all(in: all).isEmpty)
    }
  }

  @Test("is none of what Lambda, AWS, a shell or other programs set")
  func others() {
    let names = [
      "_HANDLER", "_X_AMZN_TRACE_ID", "_LAMBDA_TELEMETRY_LOG_FD", "AWS_REGION",
      "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
      "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION",
      "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME",
      "AWS_LAMBDA_LOG_FORMAT", "AWS_LAMBDA_LOG_LEVEL", "AWS_LAMBDA_RUNTIME_API",
      "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
      "AWS_MAX_ATTEMPTS", "AWS_RETRY_MODE", "AWS_XRAY_DAEMON_ADDRESS", "AWS_DRY_RUN",
      "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR", "TZ", "LANG", "LD_LIBRARY_PATH", "PATH",
      "NODE_PATH", "PYTHONPATH", "HOME", "USER", "SHELL", "TERM", "PWD", "OLDPWD", "SHLVL",
      "HOSTNAME", "LOGNAME", "EDITOR", "CI", "GITHUB_ACTIONS", "HTTPS_PROXY", "NO_PROXY",
      "SSL_CERT_FILE", "SSL_CERT_DIR", "POWERTOOLS_SERVICE_NAME", "LOG_LEVEL", "REQUESTS_CA_BUNDLE",
      "SWIFT_BACKTRACE", "dry_runs", "wildcard_treshold", "Dry_Run", "DRY RUN",
    ]
    let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "1") })
    #expect(MisspeltSetting.all(in: environment) == [])
  }
}
