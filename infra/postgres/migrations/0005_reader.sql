-- A role that can read and nothing else, for applications. Where the owner may not create roles, a DBA makes it later.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'mimmo_reader') THEN
        CREATE ROLE mimmo_reader LOGIN;
    END IF;
    ALTER ROLE mimmo_reader SET default_transaction_read_only = on;
    GRANT USAGE ON SCHEMA public, musicbrainz TO mimmo_reader;
    GRANT SELECT ON ALL TABLES IN SCHEMA public, musicbrainz TO mimmo_reader;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public, musicbrainz GRANT SELECT ON TABLES TO mimmo_reader;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE NOTICE 'this role may not create roles: ask a superuser for mimmo_reader with SELECT on public and musicbrainz';
END
$$;
