"""The only disk access inward: files become layers, checked row by row."""

from tieling_geo.readers.accounts import to_keys_sha256 as to_keys_sha256
from tieling_geo.readers.card import read_card as read_card
from tieling_geo.readers.intake import read_layer as read_layer
