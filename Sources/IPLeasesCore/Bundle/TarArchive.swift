import Basics
import Foundation

/// Files in one archive, as POSIX' ustar lays them. The same files give the same bytes: no time, no
/// owner, names in order.
package enum TarArchive {
  package struct Entry: Hashable, Sendable {
    package var name: String
    package var contents: Data

    package init(_ name: String, _ contents: Data) {
      self.name = name
      self.contents = contents
    }
  }

  /// What is wrong with an archive.
  package struct Damage: Error, Hashable { package var reason: String }

  private static let block = 512
  private static let longestName = 100
  /// Files of one archive, at most.
  package static let mostEntries = 20_000

  package static func packed(_ entries: [Entry]) -> Data {
    var archive = Data()
    for entry in entries.sorted(by: { $0.name < $1.name }) {
      precondition(entry.name.utf8.count <= longestName, "a name of the archive is too long")
      archive.append(contentsOf: head(entry))
      archive.append(entry.contents)
      let rest = entry.contents.count % block
      if rest > 0 { archive.append(Data(count: block - rest)) }
    }
    archive.append(Data(count: 2 * block))
    return archive
  }

  private static func head(_ entry: Entry) -> [UInt8] {
    var head = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at place: Int) {
      head.replaceSubrange(place..<(place + text.utf8.count), with: text.utf8)
    }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(entry.name, at: 0)
    put(octal(0o600, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(entry.contents.count, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("0", at: 156)
    put("ustar", at: 257)
    put("00", at: 263)
    put(octal(sum(head), 6), at: 148)
    head[155] = UInt8(ascii: " ")
    return head
  }

  /// With blanks where the sum itself stands.
  private static func sum(_ head: some Collection<UInt8>) -> Int {
    head.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
  }

  /// Plain files only: nothing that could lead out of the archive is taken.
  package static func entries(in archive: Data) throws(Damage) -> [Entry] {
    var entries: [Entry] = []
    var names: Set<String> = []
    var place = archive.startIndex
    while true {
      guard archive.endIndex - place >= block else { throw Damage(reason: "it is cut off") }
      let head = archive[place..<(place + block)]
      if head.allSatisfy({ $0 == 0 }) { return entries }
      place += block
      guard entries.count < mostEntries else { throw Damage(reason: "it has too many files") }
      guard octal(head, 148, 8) == sum(head), let size = octal(head, 124, 12) else {
        throw Damage(reason: "the head of a file is damaged")
      }
      let kind = head[head.startIndex + 156]
      guard kind == UInt8(ascii: "0") || kind == 0 else {
        throw Damage(reason: "it holds something else than plain files")
      }
      let name = text(head, 0, 100)
      guard isPlain(name), text(head, 345, 155).isEmpty else {
        throw Damage(reason: "a file has a name that leads elsewhere")
      }
      guard names.insert(name).inserted else { throw Damage(reason: "a file is there twice") }
      guard size <= archive.endIndex - place else { throw Damage(reason: "it is cut off") }
      entries.append(Entry(name, Data(archive[place..<(place + size)])))
      let whole = (size + block - 1) / block * block
      guard whole <= archive.endIndex - place else { throw Damage(reason: "it is cut off") }
      place += whole
    }
  }

  private static func isPlain(_ name: String) -> Bool {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    return (1...4).contains(parts.count)
      && parts.allSatisfy { part in
        !part.isEmpty && !part.hasPrefix(".")
          && part.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }
      }
  }

  private static func text(_ head: Data, _ place: Int, _ count: Int) -> String {
    let start = head.startIndex + place
    return String(decoding: head[start..<(start + count)].prefix { $0 != 0 }, as: UTF8.self)
  }

  private static func octal(_ head: Data, _ place: Int, _ count: Int) -> Int? {
    let digits = text(head, place, count).trimmingCharacters(in: .whitespaces)
    return digits.count <= 12 ? Int(digits, radix: 8) : nil
  }
}
