"""Rules: numbering, titles, audio names, technical metadata, groups, years, file lists."""
