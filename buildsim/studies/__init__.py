"""Use-cases: the only place where loading, compiling, sampling, an engine and the analyses are chained."""
