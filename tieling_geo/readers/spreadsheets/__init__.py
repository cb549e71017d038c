"""Workbooks and CSV files as tables of cells, before any header is known."""
