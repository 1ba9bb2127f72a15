"""Image similarity: torchvision backbones embed pictures, Annoy finds their neighbors."""
