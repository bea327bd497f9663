"""Music as vectors: targets, enrichment over time, audio, and the networks that hear it.

`targets` says how wide what is, `audio` reads sounds and cuts them into windows, `embedders` hear
them, `enrich` makes one vector of many, and `store` keeps the vectors of a collection. The text
side is trained by `models.training.music_text`.
"""
