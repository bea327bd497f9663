"""What the brains share about text: folding, the input of the encoders, the catalogue of titles."""
