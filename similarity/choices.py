"""What a person chooses from, and what is chosen unless they say.

Standard library only: a help text or a wrong option needs neither numpy nor torch.
Backbones, which have names in `models.names`, are chosen in the same way.
"""

from typing import Literal, get_args

Metric = Literal["angular", "euclidean", "manhattan", "dot"]
METRICS: tuple[Metric, ...] = get_args(Metric)

DeviceChoice = Literal["auto", "cpu", "cuda", "mps"]
DEVICE_CHOICES: tuple[DeviceChoice, ...] = get_args(DeviceChoice)

DEFAULT_SEED = 0
"""Of the sample that a projection is fitted to, of an index's trees, and of what is measured."""

DEFAULT_PER_LABEL = 20
