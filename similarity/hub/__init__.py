"""Collections on the Hugging Face Hub: addresses, push, pull, what is admitted, cards, Spaces."""

import os

# huggingface_hub reads this when it is imported, which modules of this package do.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
