import Foundation
import Testing

@testable import IPLeasesCore
@testable import Logs

struct LogFormatTests {
  @Test(arguments: LogSample.all) func everyGrammarTellsLevelMessageAndFields(sample: LogSample) {
    let line = LogParser.line(Array(sample.line.utf8), from: LogSource(sample.role))
    #expect(line.format == AllLogFormats.id(of: sample.format))
    #expect(line.level == sample.level)
    #expect(line.message == sample.message)
    #expect(line.fields.map { "\($0.key)=\($0.value)" } == sample.fields)
    #expect(line.known?.id == sample.known)
    #expect(!line.raw.contains("\u{1B}"))
  }

  @Test func everyGrammarHasASampleAndEveryProgramAGrammar() {
    let titles = AllLogFormats.inOrder.map(\.title)
    #expect(Set(titles).count == titles.count)
    #expect(Set(LogSample.all.map(\.format.title)) == Set(titles))
    // A line keeps the place of its grammar in four bits.
    #expect(titles.count <= 16)
    for role in LogRole.allCases { #expect(!AllLogFormats.formats(of: role).isEmpty) }
  }

  @Test func kubectlsTimeGoesBeforeTheLinesOwn() {
    func time(_ line: String, _ role: LogRole = .operator) -> String? {
      LogParser.line(Array(line.utf8), from: LogSource(role)).time?.rfc3339
    }
    #expect(
      time("2026-11-23T15:16:45.955898284Z E[2023-06-22|13:11:42.428] barrier is locked")
        == "2026-11-23T15:16:45.955898284Z")
    #expect(time("E[2023-06-22|13:11:42.428] barrier") == "2023-06-22T13:11:42.428000000Z")
    #expect(
      time(#"{"level":"info","msg":"m","ts":"2026-11-23T14:40:11+02:00"}"#, .controller)
        == "2026-11-23T12:40:11.000000000Z")
    #expect(
      time(#"{"level":"info","ts":1655891502.5,"logger":"x","msg":"m"}"#, .controller)
        == "2022-06-22T09:51:42.500000000Z")
    #expect(time("<nil> INF no time at all") == nil)
    #expect(time("2026-13-23T15:16:45Z INF no such month") == nil)
  }

  @Test func daysAndDatesOfFourCenturiesAgreeWithTheCalendar() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
    for day in stride(from: -90_000 as Int64, through: 80_000, by: 977) {
      let (year, month, number) = CivilDate.of(daysSince1970: day)
      #expect(CivilDate.daysSince1970(year, month, number) == day)
      let date = Date(timeIntervalSince1970: Double(day) * 86_400)
      let parts = calendar.dateComponents([.year, .month, .day], from: date)
      #expect(
        parts == DateComponents(year: Int(year), month: Int(month), day: Int(number)), "\(day)")
    }
  }

  @Test func aMessageMayHoldWhatLooksLikeAField() {
    func split(_ text: String) -> (String, [String]) {
      let line = LogParser.line(Array("<nil> INF \(text)".utf8), from: LogSource(.operator))
      return (line.message, line.fields.map { "\($0.key)=\($0.value)" })
    }
    #expect(split("set a=b then c=d") == ("set a=b then", ["c=d"]))
    #expect(split("a=1 b=2") == ("", ["a=1", "b=2"]))
    #expect(split("only words = here") == ("only words = here", []))
    #expect(split("cut x=\"never closed") == ("cut", ["x=never closed"]))
    #expect(split("j v={\"a\":[1, 2]} w=1") == ("j", ["v={\"a\":[1, 2]}", "w=1"]))
    #expect(split("u v=\"\\u00e9\\x21\\n\\ud83d\\ude00\"") == ("u", ["v=é! 😀"]))
  }

  @Test func recordedTranscriptsAreReadByTheGrammarOfTheirTool() throws {
    // The lines of the operator in a console's window, as recorded: clock, level, message, fields.
    for text in [
      "3:04PM ERR barrier is locked, can't service request operator=ip path=/health",
      "2:44PM INF ip address inventory available=53 in-use=0 operator=ip",
      "2:44PM INF associated provider  addr= operator=ip",
      "12:00AM INF HTTP listening address=0.0.0.0:8080 operator=ip",
    ] {
      let line = LogParser.line(Array(text.utf8), from: LogSource(.operator))
      #expect(line.format == AllLogFormats.id(of: .zerologClock))
      #expect(line.fields.contains(LogLine.Field(key: "operator", value: "ip")))
    }
  }

  @Test func aLongLineIsCutBetweenCharactersAndTheRestCounted() {
    let text = "<nil> INF " + String(repeating: "é", count: 3_000_000)
    let line = LogParser.line(Array(text.utf8), from: LogSource(.operator))
    #expect(line.cutBytes > 5_900_000)
    #expect(line.raw.utf8.count + line.cutBytes == text.utf8.count)
    #expect(!line.raw.contains("\u{FFFD}"))
  }
}
