"""Texts that find music: a text network learns where the vectors of sounds are.

`pairs` reads stores of vectors (`models.embed.store`), `model` and `loss` are the network and what
it is taught, `train` leads it through both stages, `score` measures, `export` writes ONNX.
"""
