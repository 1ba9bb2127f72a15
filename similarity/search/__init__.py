"""A network and an engine together: the answer to a query, as records, JSON and contact sheet."""
