"""The engine around the pure core: explaining, imagining."""
