import FunctionSettings

extension Settings {
  /// The part of `DEADLINE_MARGIN_MS` that is kept for the answer: a third, at most a second.
  /// The rest is for telling the queue about messages that are not done.
  var answerMargin: Duration { min(deadlineMargin / 3, .seconds(1)) }
}
