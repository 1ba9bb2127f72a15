"""Foreign bytes -> one RGB picture or one clear error: the only decoder, the only fetcher."""
