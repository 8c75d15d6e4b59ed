"""Rules about SMTP smuggling."""
