"""A folder, or vectors -> an artifact: scan, embed, index, reuse, resume."""
