"""Commands whose bodies are longer than a few lines."""
