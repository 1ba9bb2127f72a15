"""How much a collection and an artifact may hold where they come from elsewhere."""

MAX_FILES = 500_000
MAX_BYTES = 50 * 10**9
MAX_PICTURE_BYTES = 2 * 10**6
"""A kept picture has at most 400 x 400 pixels: 480 kB before compression."""
MAX_RECORD_BYTES = 10**6
MAX_ITEMS_BYTES = 250 * 10**6
MAX_DIM = 2**16
MAX_TREES = 1000
MAX_DEGREE = 256
MAX_PLACES = 10**8
"""Items times trees of one index: 13 bytes and 1.2 us of building each (PERFORMANCE: Search)."""
MAX_SEED = 2**31 - 1
"""Annoy takes 32 bits."""
MAX_SIDE = 2048
"""Of the square that a network is given, in pixels."""
MAX_TEXT = 1000
