"""Collections on the Hugging Face Hub: addresses, push, pull, what is admitted, cards, Spaces."""
