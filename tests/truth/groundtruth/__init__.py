"""Comparison with answers that others, or mathematics, gave: models built in the YAML language, played, scored."""
