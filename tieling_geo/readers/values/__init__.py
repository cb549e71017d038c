"""Cells as typed values: numbers with units, limits, days, words."""
