// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

let package = Package(
  name: "ip-leases",
  dependencies: [
    .package(url: "https://github.com/apple/swift-algorithms", from: "1.2.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(
      url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
  ],
  targets: [
    .target(
      name: "CNcurses",
      cSettings: [.define("_XOPEN_SOURCE_EXTENDED"), .define("_GNU_SOURCE")],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
    .target(
      name: "Terminal",
      dependencies: [
        "CNcurses",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "Basics",
      dependencies: [
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(
      name: "Addresses",
      dependencies: ["Basics", .product(name: "Algorithms", package: "swift-algorithms")],
      swiftSettings: strict),
    .target(
      name: "Execution",
      dependencies: [
        "Basics",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "Logs",
      dependencies: [
        "Basics", "Execution", .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: strict),
    .target(
      name: "Cluster",
      dependencies: [
        "Addresses", "Basics", "CZlib", "Execution", "Logs",
        .product(name: "Algorithms", package: "swift-algorithms"),
      ],
      swiftSettings: strict),
    .target(
      name: "IPLeasesCore",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Execution", "Logs",
        .product(name: "Algorithms", package: "swift-algorithms"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Yams", package: "Yams"),
      ],
      swiftSettings: strict),
    .target(name: "ConsoleKit", dependencies: ["Basics", "Terminal"], swiftSettings: strict),
    .target(
      name: "Rehearsal",
      dependencies: [
        "Basics", "Execution", .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .target(
      name: "Console",
      dependencies: [
        "Addresses", "Basics", "Cluster", "ConsoleKit", "Execution", "IPLeasesCore", "Logs",
        "Terminal",
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ip-leases",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Console", "Execution", "IPLeasesCore", "Logs",
        "Rehearsal", "Terminal",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "SystemPackage", package: "swift-system"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Console", "Execution", "Logs", "IPLeasesCore",
        "Terminal", "TestSupport",
      ],
      swiftSettings: strict),

    .target(
      name: "CPseudoTerminal",
      path: "Tests/CPseudoTerminal",
      linkerSettings: [.linkedLibrary("vterm")]),
    .target(
      name: "TestSupport",
      dependencies: [
        "CPseudoTerminal", "Addresses", "Basics", "Cluster", "Execution", "IPLeasesCore", "Logs",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .target(name: "MigrationSamples", path: "Tests/MigrationSamples", swiftSettings: strict),
    .executableTarget(
      name: "ScreenDump", dependencies: ["TestSupport"], path: "Tests/ScreenDump",
      swiftSettings: strict),
    .testTarget(
      name: "TerminalTests", dependencies: ["Terminal", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "IPLeasesCoreTests",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Execution", "IPLeasesCore", "Logs", "MigrationSamples",
        "TestSupport",
      ],
      exclude: ["Addresses/oracle.py"], swiftSettings: strict),
    .testTarget(
      name: "RehearsalTests",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Execution", "IPLeasesCore", "Logs", "Rehearsal",
        "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ConsoleTests",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Console", "ConsoleKit", "Execution", "Logs",
        "IPLeasesCore", "Rehearsal", "Terminal", "TestSupport",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ProgramTests",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Console", "ConsoleKit", "Execution", "Logs",
        "IPLeasesCore", "Rehearsal", "Terminal", "TestSupport", "ip-leases",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "Addresses", "Basics", "Cluster", "Execution", "IPLeasesCore", "Logs", "MigrationSamples",
        "Rehearsal",
        "TestSupport", "ip-leases",
      ],
      exclude: ["real-cluster.sh"],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
