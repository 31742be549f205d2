import Testing

struct ManualPageTests {
  @Test func aPageOfMarkdownBecomesMacros() {
    var page = ManualPage("name", section: 1, version: "1.0", summary: "does it")
    page.add(
      """
      # Title

      A `--flag` and **bold**, see
      ['there'](there.md).

      ## Part

      **Table**

      | Key | Word | What it does |
      |---|---|---|
      | `a` | Add | adds `x\\|y` |

      ```sh
      .dot -o
      ```

      * a point
      """, isOneSection: true)
    #expect(
      page.text == #"""
        .\" Made from the program: UPDATE_README=1 swift test --filter ReadmeTests writes it.
        .TH NAME 1 "" "ip-leases 1.0"
        .nh
        .ad l
        .SH NAME
        name \- does it
        .SH TITLE
        .PP
        A \fB\-\-flag\fR and \fBbold\fR, see
        \&'there'.
        .SS Part
        .SS Table
        .TP
        \fBa\fR  Add
        adds \fBx|y\fR
        .PP
        .RS 4
        .nf
        \&.dot \-o
        .fi
        .RE
        .IP \(bu 2
        a point

        """#)
  }
}
