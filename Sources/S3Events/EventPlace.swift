/// Where in an event something stands, for the description of an error. It becomes text only then:
/// a batch has thousands of places and hardly ever an error.
enum EventPlace {
  case event
  case message(id: String)
  /// A message without an id, by its number from 1.
  case numberedMessage(Int)
  indirect case record(Int, of: EventPlace)
  indirect case element(Int, of: EventPlace)
  indirect case notification(of: EventPlace)
  indirect case payload(of: EventPlace)
}

extension EventPlace: CustomStringConvertible {
  /// The beginning of a sentence.
  var description: String {
    switch self {
    case .event: "The event"
    case .message(let id): "Message \(id)"
    case .numberedMessage(let number): "Message number \(number)"
    case .record(let number, let place): "\(place), record \(number),"
    case .element(let number, let place): "\(place), element \(number),"
    case .notification(let place): "\(place), SNS message,"
    case .payload(let place): "\(place), requestPayload,"
    }
  }
}
