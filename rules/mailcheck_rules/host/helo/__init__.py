"""Rules about what clients must say."""
