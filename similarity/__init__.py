"""Image similarity: torchvision backbones embed pictures, Annoy finds their neighbors."""

__version__ = "0.2.0"
