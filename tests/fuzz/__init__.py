"""Random and hostile requests. They come after the tests of a folder that shares their broker."""
