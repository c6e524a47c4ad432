"""Designs of experiments over the unit cube: which points to evaluate, and what their values say of each factor."""
