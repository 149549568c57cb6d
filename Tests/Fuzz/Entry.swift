import CLibrary

/// What libFuzzer calls with every input: https://llvm.org/docs/LibFuzzer.html
///
/// One executable for all cases; `FUZZ_CASE` names the one to run.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  FuzzCase.chosen.run(Array(UnsafeBufferPointer(start: start, count: count)))
  return 0
}

/// What is fuzzed: everything that reads what others wrote.
enum FuzzCase: String {
  case events, keys, answers, runtime, settings

  static let chosen: FuzzCase = {
    let name = getenv("FUZZ_CASE").map { String(cString: $0) } ?? ""
    guard let chosen = FuzzCase(rawValue: name) else {
      print("FUZZ_CASE must be one of events, keys, answers, runtime, settings")
      exit(2)
    }
    return chosen
  }()

  func run(_ input: [UInt8]) {
    switch self {
    case .events: EventFuzz.run(input)
    case .keys: KeyFuzz.run(input)
    case .answers: AnswerFuzz.run(input)
    case .runtime: RuntimeFuzz.run(input)
    case .settings: SettingsFuzz.run(input)
    }
  }
}
