"""What backbones are called, for whoever need not load torch to say it."""

DEFAULT_BACKBONE = "efficientnet_lite0"
"""Its ImageNet weights come with the installation, so that it works without network. Label
precision@10 on 50 labels of Caltech-101 that no network here was trained on: .833, MobileNetV2
.764."""

TITLES = {
    DEFAULT_BACKBONE: "EfficientNet-Lite0",
    "resnet50": "ResNet50",
    "resnet18": "ResNet18",
    "vgg16": "VGG16",
    "mobilenet_v2": "MobileNetV2",
    "convnext_tiny": "ConvNeXt-Tiny",
}
"""The backbones that are offered, in this order, and how a person calls them."""

TIMM_PREFIX = "timm/"
"""A backbone's name begins so where timm makes the network."""


def title_of(backbone: str) -> str:
    """How a person calls a backbone: where there is no title, by its name."""
    return TITLES.get(backbone, backbone)
