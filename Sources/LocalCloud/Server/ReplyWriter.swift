/// Sends replies over one connection.
struct ReplyWriter {
  /// What the server does with the connection after a reply.
  enum Next {
    /// Read the next request.
    case keep
    /// Close it in order.
    case finish
    /// Reset it.
    case reset
    /// Reset it when the next request begins.
    case resetOnInput
  }

  let socket: Socket

  /// Sends a reply, and returns what to do with the connection.
  func send(_ reply: ServerReply) -> Next {
    switch reply {
    case .answer(let answer):
      return write(head(of: answer) + answer.body)
    case .closing(var answer):
      answer.set("Connection", "close")
      _ = write(head(of: answer) + answer.body)
      return .finish
    case .chunked(let answer, let chunkSize):
      return write(chunked(answer, size: max(chunkSize, 1)))
    case .truncated(let answer, let bodyBytes):
      _ = write(head(of: answer) + answer.body.prefix(max(bodyBytes, 0)))
      return .finish
    case .raw(let bytes):
      _ = write(bytes)
      return .finish
    case .close:
      return .finish
    case .reset:
      return .reset
    case .hang:
      _ = socket.waitForHangUp(timeout: nil)
      return .finish
    case .delayed(let duration, let reply):
      return socket.waitForHangUp(timeout: duration) ? .finish : send(reply)
    case .informational(let status, let reply):
      guard socket.write(Array("HTTP/1.1 \(status) \(reason(status))\r\n\r\n".utf8)) else {
        return .finish
      }
      return send(reply)
    case .thenClose(let reply):
      let next = send(reply)
      return next == .keep ? .finish : next
    case .thenDropNext(let reply):
      let next = send(reply)
      return next == .keep ? .resetOnInput : next
    }
  }

  private func write(_ bytes: [UInt8]) -> Next {
    socket.write(bytes) ? .keep : .finish
  }

  private func head(of answer: ServerAnswer, transfer: String? = nil) -> [UInt8] {
    var text = "HTTP/1.1 \(answer.status) \(reason(answer.status))\r\n"
    for field in answer.headers { text += "\(field.name): \(field.value)\r\n" }
    if let transfer {
      text += "Transfer-Encoding: \(transfer)\r\n"
    } else if answer["Content-Length"] == nil && answer.status != 204 && answer.status != 304 {
      text += "Content-Length: \(answer.body.count)\r\n"
    }
    return Array((text + "\r\n").utf8)
  }

  private func chunked(_ answer: ServerAnswer, size: Int) -> [UInt8] {
    var bytes = head(of: answer, transfer: "chunked")
    var rest = answer.body[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(size)
      bytes += Array("\(String(chunk.count, radix: 16))\r\n".utf8) + chunk + Array("\r\n".utf8)
      rest = rest.dropFirst(size)
    }
    return bytes + Array("0\r\n\r\n".utf8)
  }

  private func reason(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 400: "Bad Request"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 410: "Gone"
    case 413: "Request Entity Too Large"
    case 500: "Internal Server Error"
    case 503: "Service Unavailable"
    default: "Status"
    }
  }
}
