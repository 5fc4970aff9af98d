"""Verdicts and findings as people and machines read them. Nothing here judges."""
