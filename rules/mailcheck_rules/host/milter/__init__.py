"""Rules about Postfix's side of the milter."""
