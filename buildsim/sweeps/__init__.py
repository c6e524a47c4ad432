"""Many points of a scenario: what is varied, played anywhere, committed point by point, and kept as a dataset."""
