import ConsoleKit
import Terminal
import Testing

struct TableTests {
  private static let columns: [Table.Column] = [
    .growing(10, to: 20, "NAME"), .fixed(8, "VERSION", .right, rank: 1),
    .fixed(6, "READY", .right, rank: 2), .growing(5, gap: 2, turn: 1),
  ]

  private static func widths(in room: Int) -> [Int] {
    Table(columns, indent: 1, in: room).widths
  }

  @Test func aColumnOfAnEarlierTurnGrowsFirst() {
    #expect(Self.widths(in: 32) == [10, 8, 6, 5])
    #expect(Self.widths(in: 36) == [14, 8, 6, 5])
    #expect(Self.widths(in: 50) == [20, 8, 6, 13])
  }

  @Test func theLeastImportantFallsAwayFirst() {
    #expect(Self.widths(in: 31) == [17, 0, 6, 5])
    #expect(Self.widths(in: 20) == [12, 0, 0, 5])
  }

  @Test func whatGrowsGivesWayFromTheEnd() {
    #expect(Self.widths(in: 16) == [10, 0, 0, 3])
    #expect(Self.widths(in: 10) == [6, 0, 0, 1])
  }

  @Test func theColumnsOfATurnShareWhatIsLeft() {
    let columns: [Table.Column] = [.growing(4, share: 2), .growing(4, gap: 1, share: 3)]
    #expect(Table(columns, in: 9).widths == [4, 4])
    #expect(Table(columns, in: 20).widths == [8, 11])
    #expect(Table([.growing(4, to: 5), .growing(4)], in: 20).widths == [5, 15])
  }

  @Test func aLineIsAsWideAsItsRoomAndCutsEachCell() {
    for room in 20...60 {
      let table = Table(Self.columns, indent: 1, in: room)
      let line = table.line(
        ["a name that is rather long for it", "v1.2.3", "1/1", "some note that goes on and on"]
          .map { Table.Cell($0) }, row: 3)
      #expect(TextWidth.columns(of: line.text) == room)
      #expect(line.row == 3)
    }
  }

  @Test func headingsStandOverTheirColumns() {
    let table = Table(Self.columns, indent: 1, in: 36)
    #expect(table.headings(style: .plain).text == " NAME           VERSION READY")
    #expect(
      table.line(["x", "1.0", "1/1", "n"].map { Table.Cell($0) }).text
        == " x                  1.0   1/1  n    ")
    let ruled = Table(
      [.growing(10), .fixed(8, "version", .right), .fixed(7, "ready", .right), .growing(4)],
      indent: 2, in: 40)
    #expect(ruled.rule("Parts", columns: 40).text == "── Parts ─────── version  ready ────────")
  }
}
