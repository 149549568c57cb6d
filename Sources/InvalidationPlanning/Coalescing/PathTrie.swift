import CloudFrontModel

/// The directories of a set of paths that coalescing has to tell apart.
///
/// A chain of directories that contain nothing but the next one is a single node, the deepest,
/// since a wildcard higher up covers the same paths and is never preferred. Therefore there are at
/// most twice as many nodes as paths.
struct PathTrie {
  /// Something in a directory that may need wildcards of its own.
  enum Item {
    /// A wildcard that was asked for, by its index among the paths.
    case wildcard(Int)
    /// A directory, by its index among the nodes.
    case directory(Int)
  }

  /// A directory.
  struct Node {
    /// The length of its name, the final slash included; any of its paths starts with the name.
    var nameCount: Int
    /// The paths in it at any depth.
    var paths: Range<Int>
    /// The number of plain paths directly in it.
    var plainCount = 0
    /// What they count towards the threshold.
    var plainWeight = 0
    /// What else is directly in it, in bytewise order.
    var items: [Item] = []
  }

  /// The paths, none covering another, in covering order.
  let paths: [InvalidationPath]
  /// What each path counts towards the threshold.
  let weights: [Int]
  /// The directories, children before parents; the last one is the root.
  private(set) var nodes: [Node] = []

  /// Builds the directories in one pass over sorted paths.
  ///
  /// - Parameter paths: what subsumption keeps.
  init(_ paths: [InvalidationPath], weight: (InvalidationPath) -> Int) {
    self.paths = paths
    weights = paths.map(weight)
    var open = [Node(nameCount: 1, paths: 0..<0)]
    for (index, path) in paths.enumerated() {
      let directory = PathTrie.directoryCount(of: path, within: path.bytes.count)
      if index > 0 {
        let shared = path.commonPrefixCount(with: paths[index - 1])
        let common = PathTrie.directoryCount(of: path, within: min(shared, directory))
        close(&open, downTo: common, end: index)
      }
      if let top = open.last, top.nameCount < directory {
        open.append(Node(nameCount: directory, paths: index..<index))
      }
      let last = open.count - 1
      if path.isWildcard {
        open[last].items.append(.wildcard(index))
      } else {
        open[last].plainCount += 1
        open[last].plainWeight += weights[index]
      }
    }
    close(&open, downTo: 1, end: paths.count)
    if var root = open.popLast() {
      root.paths = 0..<paths.count
      nodes.append(root)
    }
  }

  /// The name of a directory, with its final slash.
  func name(of node: Node) -> ArraySlice<UInt8> {
    paths[node.paths.lowerBound].bytes.prefix(node.nameCount)
  }

  /// Finishes the open directories that are deeper than a name of this length, which is then open.
  private mutating func close(_ open: inout [Node], downTo count: Int, end: Int) {
    while let top = open.last, top.nameCount > count {
      open.removeLast()
      let start = top.paths.lowerBound
      nodes.append(top)
      nodes[nodes.count - 1].paths = start..<end
      if let parent = open.last, parent.nameCount < count {
        open.append(Node(nameCount: count, paths: start..<start))
      }
      open[open.count - 1].items.append(.directory(nodes.count - 1))
    }
  }

  /// Finds how long the name of the deepest directory is that a path is in.
  ///
  /// `/dir/` is in `/dir/`, which `/dir/*` covers; the wildcard `/dir/*` itself is in `/`. A name
  /// that leaves no room for the `*` counts as none, and a `/` in a query string ends no directory.
  private static func directoryCount(of path: InvalidationPath, within limit: Int) -> Int {
    let room = min(limit, InvalidationPath.maxLength - 1, path.countBeforeQuery)
    let searched = path.bytes.prefix(path.isWildcard ? min(room, path.bytes.count - 2) : room)
    return (searched.lastIndex(of: UInt8(ascii: "/")) ?? 0) + 1
  }
}
