import CloudFrontModel
import S3Events

/// Maps object keys to the paths viewers ask for.
enum ViewerPaths {
  /// A path as viewers spell it, decoded, and why it shows the key.
  struct Spelling {
    var path: ArraySlice<UInt8>
    var rule: PathRule
  }

  /// Returns every path under which an origin shows a key, the plain one first.
  ///
  /// - Parameters:
  ///   - viewerPath: the key without the origin path, starting with `/`.
  ///   - rootObject: the distribution's default root object; nil when it is not known, and then the
  ///     planner assumes `index.html`.
  static func spellings(
    of viewerPath: ArraySlice<UInt8>, isWebsite: Bool, rootObject: String?, options: PlanOptions
  ) -> [Spelling] {
    var spellings = [Spelling(path: viewerPath, rule: .key)]
    let root = (rootObject ?? "index.html").utf8.drop { $0 == slash }
    if !root.isEmpty, viewerPath.count == root.count + 1,
      viewerPath.dropFirst().elementsEqual(root)
    {
      spellings.append(Spelling(path: [slash], rule: .defaultRootObject))
    }
    let directory = directory(showing: viewerPath, options.indexDocuments)
    if let directory {
      let forms = options.indexForms ?? (isWebsite ? .slashAndBare : .slash)
      if directory.count > 1 || spellings.count == 1 {
        spellings.append(Spelling(path: directory, rule: .indexDocument))
      }
      if forms == .slashAndBare, directory.count > 1 {
        spellings.append(Spelling(path: directory.dropLast(), rule: .indexDocument))
      }
    } else if let clean = withoutSuffix(viewerPath, options.cleanURLSuffixes) {
      spellings.append(Spelling(path: clean, rule: .cleanURL))
    }
    return spellings
  }

  /// Encodes a spelling: usually one path, more where it can't be named exactly or where query
  /// strings set copies apart.
  static func paths(
    for spelling: Spelling, plus: PathEncoding.Plus, cutsTildes: Bool, coversQueryStrings: Bool
  ) -> [(path: InvalidationPath, rule: PathRule)] {
    let exact = InvalidationPath(viewerPath: spelling.path, plus: plus)
    if exact.isWildcard {
      let isStar = spelling.path.contains(UInt8(ascii: "*"))
      return [(path: exact, rule: isStar ? .wildcardCut : .lengthCut)]
    }
    var paths = [(path: exact, rule: spelling.rule)]
    if coversQueryStrings {
      paths = exact.withQueryStrings.map { (path: $0, rule: .queryStrings) }
    }
    if cutsTildes, let cut = InvalidationPath(cuttingTildeIn: spelling.path, plus: plus) {
      paths.append((path: cut, rule: .tildeCut))
    }
    return paths
  }

  /// Removes an origin path from a key, on a `/` boundary only.
  ///
  /// CloudFront puts the origin path before every request, so a key outside it can't be fetched.
  /// The API asks for a URL-encoded one, so the key may begin with it as it is spelled or decoded.
  /// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html
  static func strip(_ originPath: String, from key: ObjectKey) -> ArraySlice<UInt8>? {
    var whole: [UInt8] = []
    whole.reserveCapacity(key.bytes.count + 1)
    whole.append(slash)
    whole += key.bytes
    let path = whole[...]
    guard !originPath.isEmpty else { return path }
    var spelled = Array(originPath.utf8)
    while spelled.last == slash { spelled.removeLast() }
    guard !spelled.isEmpty else { return path }
    if spelled.first != slash { spelled.insert(slash, at: 0) }
    for prefix in [spelled, PathEncoding.decode(spelled)] where path.starts(with: prefix) {
      let rest = path.dropFirst(prefix.count)
      if rest.first == slash { return rest }
    }
    return nil
  }

  /// The directory whose index document this is, with its final slash. Only at a path boundary:
  /// `dir/index.html`, never `myindex.html`.
  private static func directory(
    showing viewerPath: ArraySlice<UInt8>, _ documents: [String]
  ) -> ArraySlice<UInt8>? {
    for document in documents {
      let rest = viewerPath.dropLast(document.utf8.count)
      if rest.last == slash, viewerPath[rest.endIndex...].elementsEqual(document.utf8) {
        return rest
      }
    }
    return nil
  }

  private static func withoutSuffix(
    _ viewerPath: ArraySlice<UInt8>, _ suffixes: [String]
  ) -> ArraySlice<UInt8>? {
    for suffix in suffixes {
      let rest = viewerPath.dropLast(suffix.utf8.count)
      if rest.count > 1, rest.last != slash, !suffix.isEmpty,
        viewerPath[rest.endIndex...].elementsEqual(suffix.utf8)
      {
        return rest
      }
    }
    return nil
  }

  private static let slash = UInt8(ascii: "/")
}
