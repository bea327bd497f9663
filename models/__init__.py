"""The brains: classify, extract, match.

Pure: no Kafka, no SQL, no asyncio, no settings; a batch in, a batch out.
"""
