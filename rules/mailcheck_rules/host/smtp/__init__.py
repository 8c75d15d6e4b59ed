"""Rules about what smtpd says."""
