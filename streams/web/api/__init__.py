"""The JSON API: the same questions as the pages, with response models."""
