"""Invented torrents with files, whose values are known because they were made so."""
