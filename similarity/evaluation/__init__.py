"""How good answers are: label precision, verification, and what settings find and cost."""
