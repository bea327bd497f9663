"""Where the terminal reads what was classified: Postgres, or files of events."""
