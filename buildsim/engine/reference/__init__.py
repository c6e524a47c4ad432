"""The reference engine: SimPy for clock and processes, grants by our own dispatcher; the semantics in code."""
