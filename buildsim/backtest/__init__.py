"""Forecasts of real builds, and how they compare with what happened: cases, forecasts, baselines, scores."""
