"""Networks that turn pictures into embeddings: architectures, weights, preprocessing, devices."""
