"""Millions of invented rows, made by Postgres itself in the shape that the write path gives."""

from collections.abc import Callable

import asyncpg

CHUNK = 250_000
"""Torrents made by one statement."""

_SYLLABLES = (
    *("ba", "re", "lo", "mi", "ta", "no", "su", "ke", "vi", "da"),
    *("po", "ri", "ne", "ga", "fu", "sha", "ol", "en", "ir", "um"),
)

_WORDS = f"""
CREATE OR REPLACE FUNCTION pg_temp.word(draw float8) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT s[n % 20 + 1] || s[n / 20 % 20 + 1] || s[n / 400 % 20 + 1] || s[n / 8000 % 20 + 1]
    FROM (SELECT (160000 * draw * draw * draw)::integer AS n,
        ARRAY['{"','".join(_SYLLABLES)}'] AS s) AS drawn
$$
"""
"""A word of 160,000, the first of them far more often than the last."""

_DRAWN = """
CREATE TEMP TABLE drawn AS
SELECT n, substring(sha256(int8send(n)) for 20) AS infohash,
    substring(sha256(int8send(-n)) for 16) AS hash,
    CASE WHEN n % 100 < 22 THEN 'audio' WHEN n % 100 < 77 THEN 'video'
        WHEN n % 100 < 90 THEN 'software' ELSE 'book' END AS medium,
    CASE WHEN n % 100 < 16 THEN 'album' WHEN n % 100 < 20 THEN 'track'
        WHEN n % 100 < 22 THEN 'collection' WHEN n % 100 < 50 THEN 'movie'
        WHEN n % 100 < 77 THEN 'episode' WHEN n % 100 < 90 THEN 'application'
        ELSE 'ebook' END AS subcategory,
    pg_temp.word(random()) || ' ' || pg_temp.word(random()) AS title,
    pg_temp.word(random()) || ' ' || pg_temp.word(random()) AS creator,
    1950 + (random() * 75)::integer AS year, (1 / (random() + 0.0001))::integer - 1 AS seeders,
    timestamptz '2026-01-01' + n * interval '0.1 s' AS seen
FROM generate_series($1::bigint, $2::bigint) AS n
"""

_INSERTS = (
    """
    INSERT INTO torrents (infohash, name, size, observed_at, created_at, provenance_id, seeders,
        leechers, completed, swarm_seen_at, num_files, file_paths, file_sizes, hints)
    SELECT infohash,
        CASE medium WHEN 'audio' THEN creator || ' - ' || title || ' (' || year || ') [FLAC]'
            WHEN 'video' THEN replace(title, ' ', '.') || '.' || year || '.1080p.BluRay.x264-'
                || split_part(creator, ' ', 1)
            ELSE title || ' ' || creator || ' v' || year END,
        n * 1000, seen, seen, 1, seeders, 1, 1, seen,
        CASE WHEN n % 2 = 0 THEN 10 END,
        CASE WHEN n % 2 = 0 THEN
            ARRAY(SELECT k || ' - ' || title || '.flac' FROM generate_series(1, 10) AS k) END,
        CASE WHEN n % 2 = 0 THEN
            ARRAY(SELECT (n * k)::bigint FROM generate_series(1, 10) AS k) END,
        CASE WHEN n % 10 = 3 THEN jsonb_build_object('imdb', 'tt' || 10000 + n % 500000) END
    FROM drawn
    """,
    """
    INSERT INTO classifications (infohash, result_id, input_hash, medium, subcategory, nsfw,
        confidence, source, rule, torznab, why, revision, model_id, observed_at, seeders)
    SELECT infohash, hash, hash, medium, subcategory, n % 20 = 0, 0.987,
        CASE WHEN n % 2 = 0 THEN 'extensions' ELSE 'bert' END,
        CASE WHEN n % 2 = 0 THEN 'extensions.' || medium END, 3000,
        CASE WHEN n % 2 = 1 THEN ARRAY['bert.subcategory'] END, 1, 1, seen, seeders
    FROM drawn
    """,
    """
    INSERT INTO extractions (infohash, result_id, input_hash, subcategory, title, creator, year,
        metadata, technical, evidence, llm, method, revision, model_id, observed_at)
    SELECT infohash, hash, hash, subcategory, title, CASE medium WHEN 'audio' THEN creator END,
        year, jsonb_build_object('subcategory', subcategory, 'title', title, 'year', year),
        CASE medium
            WHEN 'audio' THEN jsonb_build_object('audio_codec', (ARRAY['FLAC', 'MP3'])[n % 2 + 1],
                'source', 'CD', 'languages', jsonb_build_array('en'))
            ELSE jsonb_build_object('codec', (ARRAY['x264', 'x265'])[n % 7 / 5 + 1], 'source',
                'BluRay', 'resolution', (ARRAY['480p', '720p', '1080p', '2160p'])[n % 11 / 3 + 1])
        END,
        '{"title":["rules:before-year+tagger",0.987,0,14],"year":["rules:year-bare",0.99,15,19]}',
        CASE WHEN n % 1000 = 0 THEN 'over_budget' ELSE 'not_needed' END, 'tagger', 1, 1, seen
    FROM drawn WHERE medium IN ('audio', 'video')
    """,
    """
    INSERT INTO links (infohash, extraction_id, result_id, input_hash, status, artist_mbid, artist,
        release_group_mbid, title, score, margin, why, revision, model_id, observed_at)
    SELECT infohash, hash, hash, hash, CASE WHEN is_linked THEN 'exact' ELSE 'none' END,
        CASE WHEN is_linked THEN md5('artist' || of % 100000)::uuid END,
        CASE WHEN is_linked THEN creator END,
        CASE WHEN is_linked THEN md5('group' || of % 400000)::uuid END,
        CASE WHEN is_linked THEN title END, 0.9, 0.5, '{}', 1, 1, seen
    FROM (SELECT *, n % 3 > 0 AS is_linked, (n * 7919) % 1000003 AS of FROM drawn) AS music
    WHERE medium = 'audio'
    """,
)

TABLES = ("torrents", "classifications", "extractions", "links")


async def fill(
    db: asyncpg.Connection, rows: int, on_progress: Callable[[str], None] = lambda _: None
) -> None:
    """Fill an empty store: rows first, then the indexes, because that is many times faster."""
    await db.execute("SET synchronous_commit = off; SET jit = off; SELECT setseed(0.5)")
    await db.execute(
        "INSERT INTO provenance (source, origin, dataset) VALUES ('replay', 'jsonl', 'invented')"
    )
    await db.execute("INSERT INTO model (name) VALUES ('invented@1')")
    await db.execute(_WORDS)
    indexes = await db.fetch(
        "SELECT indexrelid::regclass::text AS name, indrelid::regclass::text AS of_table,"
        " indisprimary, pg_get_indexdef(indexrelid) AS definition, c.conname,"
        " pg_get_constraintdef(c.oid) AS rule"
        " FROM pg_index LEFT JOIN pg_constraint c ON c.conindid = indexrelid AND c.contype = 'p'"
        " WHERE indrelid::regclass::text = ANY($1::text[])",
        list(TABLES),
    )
    for index in indexes:
        if index["indisprimary"]:
            await db.execute(f"ALTER TABLE {index['of_table']} DROP CONSTRAINT {index['conname']}")
        else:
            await db.execute(f"DROP INDEX {index['name']}")
    for first in range(1, rows + 1, CHUNK):
        await db.execute(_DRAWN, first, min(rows, first + CHUNK - 1))
        for insert in _INSERTS:
            await db.execute(insert)
        await db.execute("DROP TABLE drawn")
        on_progress(f"{min(rows, first + CHUNK - 1):,} rows")
    for index in indexes:
        on_progress(index["name"])
        if index["indisprimary"]:
            await db.execute(
                f"ALTER TABLE {index['of_table']} ADD CONSTRAINT {index['conname']} {index['rule']}"
            )
        else:
            await db.execute(index["definition"])
    on_progress("vacuum")
    await db.execute("VACUUM ANALYZE")
