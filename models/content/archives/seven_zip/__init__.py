"""Lists of 7z archives."""
