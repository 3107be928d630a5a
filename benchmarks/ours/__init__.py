"""Our peer: a case type of eight steps in a row, each with one transition, its events, its words and a clock."""
