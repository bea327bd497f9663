"""Does a text find music that nobody told it of? A small experiment on music that is made here.

`grooves` asks the program `mma` what it can play, `takes` varies it and writes captions, `render`
plays it, `hearing` lets musicnn hear it, `corpus` parts it, `rivals` and `report` judge.
"""
