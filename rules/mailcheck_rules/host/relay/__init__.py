"""Rules about who may relay."""
