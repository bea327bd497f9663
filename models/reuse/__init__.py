"""Results of other installations: whether they are believed, and whether they answer a question.

Pure: bundles in as bytes, decisions out. What Kafka, files and the table of what was told have to
do with it stands in `streams.reuse`.
"""
