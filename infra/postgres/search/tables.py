"""How the tables of results hang on the class of a torrent (`classifications c`)."""

EXTRACTIONS = "LEFT JOIN extractions e ON e.infohash = c.infohash"

LINKS = """LEFT JOIN links l ON l.infohash = c.infohash
    AND CASE WHEN l.extraction_id = e.result_id THEN true ELSE false END"""
"""Behind `EXTRACTIONS`. A link of an extraction that is not current any more is not shown; why it
stands behind CASE is told where the view `music` is made.
"""
