"""Findings: pure functions from a network, its samples and an outcome to percentiles, paths and attributions."""
