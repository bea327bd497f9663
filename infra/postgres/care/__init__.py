"""The care of what is stored: parts to copy, faults to find, rows to drop, advice on vacuum."""
