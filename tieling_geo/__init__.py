"""Holds a city's energy-saving and emission plan against its map."""
