"""Ledgers of a few rows, read as a workspace's would be."""

from pathlib import Path

from tieling_geo.readers import read_layer
from tieling_geo.records import Card, Layer

_CARD = Card("somebody", "none", "2025-12-31", "cgcs2000", crs="EPSG:4490")


def read(folder: Path, name: str, text: str) -> Layer:
    """Write a ledger as CSV and read it."""
    path = folder / f"{name}.csv"
    path.write_text(text, encoding="utf-8")
    return read_layer(name, path, card=_CARD)
