"""From a Network and a seed to Samples: all random quantities, drawn before an engine starts."""
