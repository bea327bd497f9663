"""Names to label, drawn from dumps: every kind of name, none twice, the same for the same seed."""
