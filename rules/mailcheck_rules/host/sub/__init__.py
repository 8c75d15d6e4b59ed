"""Rules about submission."""
