"""Current results for other programs: Parquet, JSON lines, torrents.csv."""
