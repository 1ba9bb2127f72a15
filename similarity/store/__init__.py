"""What a collection and an artifact are on disk: format, checks, atomic writing, recovery."""
