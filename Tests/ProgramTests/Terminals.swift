import TestTerminal

/// The terminal that every suite here runs the program in.
typealias PseudoTerminal = TestTerminal.PseudoTerminal
