"""Engines: deterministic functions from (Network, Samples) to Outcome."""
