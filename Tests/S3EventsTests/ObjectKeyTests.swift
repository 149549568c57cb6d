import JSON
import S3Events
import Testing

@Suite struct ObjectKeyTests {
  @Test("A notification's key is decoded by the form rule", arguments: vectors("s3_key_decode"))
  func decodesVectors(row: [JSONValue]) throws {
    let encoded = try #require(row.first?.stringValue)
    let decoded = try #require(row.last?.stringValue)
    #expect(ObjectKey(formEncoded: Array(encoded.utf8)).bytes == Array(decoded.utf8))
  }

  @Test("There are vectors to decode")
  func hasVectors() {
    #expect(vectors("s3_key_decode").count == 8)
    #expect(vectors("sequencer_compare").count == 4)
  }

  @Test(
    "A percent sign that no two hex digits follow stays",
    arguments: [
      ("100%", "100%"), ("a%2", "a%2"), ("a%zz", "a%zz"), ("%%41", "%A"), ("%4%41", "%4A"),
      ("%2541", "%41"),
    ])
  func keepsBrokenEscapes(encoded: String, decoded: String) {
    #expect(ObjectKey(formEncoded: Array(encoded.utf8)).bytes == Array(decoded.utf8))
  }

  @Test("Bytes that are not UTF-8 are kept")
  func keepsInvalidUTF8() {
    #expect(ObjectKey(formEncoded: Array("a%FFb".utf8)).bytes == [0x61, 0xFF, 0x62])
  }

  @Test("Composed and decomposed letters are two keys")
  func comparesBytes() {
    let composed = ObjectKey(raw: Array("caf\u{E9}".utf8))
    let decomposed = ObjectKey(raw: Array("cafe\u{301}".utf8))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }
}

@Suite struct SequencerTests {
  @Test(
    "A counter of nothing but zeros is none", arguments: ["", "0", "0000", "00000000000000000000"])
  func zeros(text: String) {
    #expect(Sequencer(text) == nil)
  }

  @Test("Counters are equal as if padded on the right", arguments: vectors("sequencer_compare"))
  func comparesVectors(row: [JSONValue]) throws {
    let left = try #require(row[0].stringValue.flatMap { Sequencer($0) })
    let right = try #require(row[1].stringValue.flatMap { Sequencer($0) })
    #expect((left == right) == (row[2] == 0))
  }
}

@Suite struct EventNameTests {
  @Test(
    "Only events after which viewers see something else count",
    arguments: [
      ("ObjectCreated:Put", EventName.Effect.change),
      ("ObjectCreated:Post", .change),
      ("ObjectCreated:Copy", .change),
      ("ObjectCreated:CompleteMultipartUpload", .change),
      ("s3:ObjectCreated:Put", .change),
      ("ObjectRemoved:Delete", .change),
      ("ObjectRemoved:DeleteMarkerCreated", .change),
      ("LifecycleExpiration:Delete", .change),
      ("LifecycleExpiration:DeleteMarkerCreated", .change),
      ("ReducedRedundancyLostObject", .change),
      ("ObjectAcl:Put", .notServed), ("ObjectRetention:Put", .notServed),
      ("ObjectTagging:Put", .notServed), ("ObjectTagging:Delete", .notServed),
      ("ObjectAnnotation:Put", .notServed), ("ObjectAnnotation:Delete", .notServed),
      ("ObjectRestore:Post", .notServed), ("ObjectRestore:Completed", .notServed),
      ("ObjectRestore:Delete", .notServed), ("LifecycleTransition", .notServed),
      ("IntelligentTiering", .notServed),
      ("Replication:OperationFailedReplication", .notServed),
      ("ObjectCreated:Teleport", .change),
      ("s3:ObjectRemoved:DeleteAllVersions", .change),
      ("ObjectTagging:Teleport", .notServed), ("ObjectCreatedElsewhere:Put", .unknown),
      ("ObjectFrobbed:Now", .unknown), ("", .unknown),
    ])
  func knowsEffects(name: String, effect: EventName.Effect) {
    #expect(EventName(name).effect == effect)
  }

  @Test(
    "EventBridge's detail types count alike",
    arguments: [
      ("Object Created", EventName.Effect.change),
      ("Object Deleted", .change), ("Object Tags Added", .notServed),
      ("Object ACL Updated", .notServed), ("Object Restore Completed", .notServed),
      ("Object Annotated", .unknown),
    ])
  func knowsDetailTypes(name: String, effect: EventName.Effect) {
    #expect(EventName.effect(ofDetailType: name) == effect)
  }
}
