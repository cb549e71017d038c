"""Fixtures that several files of this folder share."""

from osm_desk import desk, phrased_once, server

__all__ = ["desk", "phrased_once", "server"]
