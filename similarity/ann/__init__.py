"""The engine, without torch: projection, Annoy, graph, exact ranking."""
