"""Rules about lookup tables."""
