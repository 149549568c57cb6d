/// The reader of DynamoDB's expressions, with the names and values that a request brings.
///
/// It knows conditions made of comparisons, BETWEEN, attribute_exists, attribute_not_exists, AND,
/// OR, NOT and parentheses, and updates with SET, REMOVE, ADD and DELETE; operands are attributes,
/// values, `+`, `-` and if_not_exists. Anything else is a ValidationException.
///
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html
struct DynamoDBExpression {
  private let names: [String: String]
  private let values: [String: FakeAttribute]
  private var tokens: [String] = []
  private var place = 0
  /// The names and values that expressions used: DynamoDB refuses others.
  private(set) var used: Set<String> = []

  init(names: [String: String], values: [String: FakeAttribute]) {
    self.names = names
    self.values = values
  }

  /// Whether a condition applies to an item; one that is not there has no attributes.
  mutating func holds(_ condition: String, for item: FakeItem) throws(DynamoDBProblem) -> Bool {
    try begin(condition)
    let result = try alternatives(item)
    guard place == tokens.count else { throw wrong }
    return result
  }

  /// Returns an item after an update, and the names of the attributes that the update sets.
  mutating func updated(
    _ old: FakeItem, by update: String
  ) throws(DynamoDBProblem) -> (item: FakeItem, changed: Set<String>) {
    try begin(update)
    var item = old
    var changed: Set<String> = []
    while place < tokens.count {
      let clause = next().uppercased()
      repeat {
        let name = try attribute()
        guard changed.insert(name).inserted else {
          throw .invalid("Two document paths overlap with each other.")
        }
        switch clause {
        case "SET":
          try expect("=")
          item[name] = try sum(old)
        case "REMOVE": item[name] = nil
        case "ADD": item[name] = try added(old[name], try value())
        case "DELETE": item[name] = try removed(old[name], try value())
        default: throw wrong
        }
      } while take(",")
    }
    return (item, changed)
  }

  /// Throws when a name or a value was given for nothing.
  func checkUse() throws(DynamoDBProblem) {
    let given = Set(names.keys).union(values.keys)
    if let unused = given.subtracting(used).min() {
      throw .invalid("Value unused in expressions: {\(unused)}")
    }
  }

  // MARK: - Conditions

  private mutating func alternatives(_ item: FakeItem) throws(DynamoDBProblem) -> Bool {
    var result = try conjunction(item)
    while takeWord("OR") {
      let other = try conjunction(item)
      result = result || other
    }
    return result
  }

  private mutating func conjunction(_ item: FakeItem) throws(DynamoDBProblem) -> Bool {
    var result = try term(item)
    while takeWord("AND") {
      let other = try term(item)
      result = result && other
    }
    return result
  }

  private mutating func term(_ item: FakeItem) throws(DynamoDBProblem) -> Bool {
    if takeWord("NOT") { return try !term(item) }
    if take("(") {
      let result = try alternatives(item)
      try expect(")")
      return result
    }
    if peek == "attribute_exists" || peek == "attribute_not_exists" {
      let wantsIt = next() == "attribute_exists"
      try expect("(")
      let name = try attribute()
      try expect(")")
      return (item[name] != nil) == wantsIt
    }
    let left = try operand(item)
    if takeWord("BETWEEN") {
      let low = try operand(item)
      guard takeWord("AND") else { throw wrong }
      let high = try operand(item)
      guard let left, let low, let high else { return false }
      return left.isLess(than: low) == false && high.isLess(than: left) == false
    }
    let comparison = next()
    let right = try operand(item)
    guard ["=", "<>", "<", "<=", ">", ">="].contains(comparison) else { throw wrong }
    // An attribute that is not there equals nothing.
    guard let left, let right else { return comparison == "<>" }
    switch comparison {
    case "=": return left.isSame(as: right)
    case "<>": return !left.isSame(as: right)
    case "<": return left.isLess(than: right) ?? false
    case "<=": return right.isLess(than: left).map { !$0 } ?? false
    case ">": return right.isLess(than: left) ?? false
    default: return left.isLess(than: right).map { !$0 } ?? false
    }
  }

  // MARK: - Operands

  private mutating func sum(_ item: FakeItem) throws(DynamoDBProblem) -> FakeAttribute {
    guard var result = try operand(item) else {
      throw .invalid(
        "The provided expression refers to an attribute that does not exist in the item")
    }
    while peek == "+" || peek == "-" {
      let isPlus = next() == "+"
      guard case .number(let left) = result, case .number(let right)? = try operand(item) else {
        throw .invalid("An operand in the update expression has an incorrect data type")
      }
      result = .number(isPlus ? left + right : left - right)
    }
    return result
  }

  private mutating func operand(_ item: FakeItem) throws(DynamoDBProblem) -> FakeAttribute? {
    if peek == "if_not_exists" {
      _ = next()
      try expect("(")
      let name = try attribute()
      try expect(",")
      let otherwise = try operand(item)
      try expect(")")
      return item[name] ?? otherwise
    }
    return peek?.first == ":" ? try value() : item[try attribute()]
  }

  private mutating func value() throws(DynamoDBProblem) -> FakeAttribute {
    let name = next()
    guard let value = values[name] else {
      throw .invalid("An expression attribute value used in expression is not defined: \(name)")
    }
    used.insert(name)
    return value
  }

  /// Takes the name of an attribute. DynamoDB reserves hundreds of words; the fake wants every name
  /// as a placeholder, so that none of them slips through.
  private mutating func attribute() throws(DynamoDBProblem) -> String {
    let name = next()
    guard name.first == "#" else {
      throw .invalid("Attribute name is a reserved keyword; reserved keyword: \(name)")
    }
    guard let attribute = names[name] else {
      throw .invalid("An expression attribute name used in expression is not defined: \(name)")
    }
    used.insert(name)
    return attribute
  }

  private func added(
    _ old: FakeAttribute?, _ value: FakeAttribute
  ) throws(DynamoDBProblem) -> FakeAttribute {
    switch (old, value) {
    case (nil, .number), (nil, .texts): value
    case (.number(let left)?, .number(let right)): .number(left + right)
    case (.texts(let left)?, .texts(let right)): .texts(left.union(right))
    default: throw .invalid("An operand in the update expression has an incorrect data type")
    }
  }

  private func removed(
    _ old: FakeAttribute?, _ value: FakeAttribute
  ) throws(DynamoDBProblem) -> FakeAttribute? {
    switch (old, value) {
    case (nil, .texts): return nil
    case (.texts(let left)?, .texts(let right)):
      let rest = left.subtracting(right)
      return rest.isEmpty ? nil : .texts(rest)
    default: throw .invalid("An operand in the update expression has an incorrect data type")
    }
  }

  // MARK: - Tokens

  private mutating func begin(_ text: String) throws(DynamoDBProblem) {
    tokens = DynamoDBExpression.tokens(of: text)
    place = 0
    guard !tokens.isEmpty else { throw .invalid("The expression can not be empty;") }
  }

  private static func tokens(of text: String) -> [String] {
    var tokens: [String] = []
    var word = ""
    func isOperator(_ character: Character) -> Bool { "=<>".contains(character) }
    for character in text {
      if " ,()+-=<>\n\t".contains(character) {
        if !word.isEmpty { tokens.append(word) }
        word = ""
        guard !" \n\t".contains(character) else { continue }
        // `<=`, `>=` and `<>` are one token.
        if isOperator(character), let last = tokens.last, last == "<" || last == ">" {
          tokens[tokens.count - 1].append(character)
        } else {
          tokens.append(String(character))
        }
      } else {
        word.append(character)
      }
    }
    if !word.isEmpty { tokens.append(word) }
    return tokens
  }

  private var peek: String? { tokens.indices.contains(place) ? tokens[place] : nil }

  private mutating func next() -> String {
    defer { place += 1 }
    return peek ?? ""
  }

  private mutating func take(_ token: String) -> Bool {
    guard peek == token else { return false }
    place += 1
    return true
  }

  private mutating func takeWord(_ word: String) -> Bool {
    guard peek?.uppercased() == word else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ token: String) throws(DynamoDBProblem) {
    guard take(token) else { throw wrong }
  }

  private var wrong: DynamoDBProblem {
    .invalid("Syntax error; token: \"\(peek ?? "<EOF>")\", in: \(tokens.joined(separator: " "))")
  }
}
