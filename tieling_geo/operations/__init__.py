"""Shared pure steps: frames in, frames out. A step moves here at its second user."""
