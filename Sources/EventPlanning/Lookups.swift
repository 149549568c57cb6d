import CloudFrontAPI
import CloudFrontModel
import InvalidationPlanning
import S3Events

/// The lookups of one event: each bucket and each target is asked for once, even if that fails.
struct Lookups {
  private enum Question: Hashable {
    case bucket(String, region: String)
    case target(RequestTarget)
  }

  private typealias Answer = (group: Int, result: Result<FoundDistributions, CloudFrontError>)

  private var answers: [Question: Answer] = [:]
  /// The last question that has an answer: most changes of an event are of one bucket.
  private var last: (question: Question, answer: Answer)?
  /// The answers for parts of the distributions, each a group of its own.
  private var parts: [Part: Answer] = [:]

  private struct Part: Hashable {
    var question: Question
    var scope: WorkScope
  }

  private static func question(_ cause: PlanItem.Cause) -> Question {
    switch cause {
    case .change(let change): .bucket(change.bucket, region: change.region)
    case .request(let request): .target(RequestTarget(request.target))
    }
  }

  func hasAnswer(for cause: PlanItem.Cause) -> Bool {
    let question = Lookups.question(cause)
    return last?.question == question || answers[question] != nil
  }

  /// - Parameter scope: what work that was handed on is for, or nil for all distributions.
  mutating func result(
    for cause: PlanItem.Cause, scope: WorkScope?, in directory: DistributionDirectory,
    deadline: Duration?
  ) -> (group: Int, result: Result<FoundDistributions, CloudFrontError>) {
    let question = Lookups.question(cause)
    let whole = answer(to: question, in: directory, deadline: deadline)
    guard let scope, case .success(var found) = whole.result, !found.serving.isEmpty else {
      return whole
    }
    let part = Part(question: question, scope: scope)
    if let answer = parts[part] { return answer }
    found.whole = found.serving
    found.serving.removeAll { !scope.takes($0.distribution.id.description) }
    let answer: Answer = (group: answers.count + parts.count, result: .success(found))
    parts[part] = answer
    return answer
  }

  private mutating func answer(
    to question: Question, in directory: DistributionDirectory, deadline: Duration?
  ) -> Answer {
    if let last, last.question == question { return last.answer }
    if let answer = answers[question] {
      last = (question, answer)
      return answer
    }
    let result = Result { () throws(CloudFrontError) in
      switch question {
      case .bucket(let name, let region):
        try directory.serving(bucket: name, region: region, deadline: deadline)
      case .target(let name): try directory.serving(target: name, deadline: deadline)
      }
    }
    let answer = (group: answers.count + parts.count, result: result)
    answers[question] = answer
    last = (question, answer)
    return answer
  }
}
