"""Rules about what Postfix takes itself for."""
