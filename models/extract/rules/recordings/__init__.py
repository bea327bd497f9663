"""Recordings: composers and works, concerts and their days, compilations, books read aloud."""
