"""Findings as people see them: words, tables and bars; no analysis is done here."""
