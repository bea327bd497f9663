"""Networks that hear music, all behind one protocol (`embedder`)."""
