-- The application's role cannot alter the trail: run as the owner (who migrates) after every `migrate`.
--
--     psql -v app=gongdao_app -v anchor=gongdao_anchor -d gongdao -f deploy/postgresql/grants.sql
--
-- Both roles exist already (CREATE ROLE ... LOGIN) and own nothing; the owner's password is not on the machines that
-- serve pages.

BEGIN;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app", :"anchor";
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :"app";
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :"app";

-- History is written once.
REVOKE UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER
    ON casework_event, casework_checkpoint, casework_posting, casework_accessrecord FROM :"app";
-- A text may be shredded, never rewritten. Heads move and are never removed.
REVOKE UPDATE, TRUNCATE, REFERENCES, TRIGGER ON casework_eventtext FROM :"app";
REVOKE DELETE, TRUNCATE, REFERENCES, TRIGGER ON casework_stream FROM :"app";
-- The owner alone migrates.
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM :"app";

-- A row that refers to an event locks it for the moment of its own insert (FOR KEY SHARE). PostgreSQL does that with
-- the rights of the table's owner, so it asks for none here.

-- Another system user signs checkpoints: it reads what they are made of and adds to them.
GRANT SELECT ON casework_event, casework_checkpoint, casework_posting TO :"anchor";
GRANT INSERT ON casework_checkpoint, casework_posting TO :"anchor";
GRANT USAGE ON SEQUENCE casework_posting_id_seq TO :"anchor";

-- Nobody waits for ever: what waits longer fails as a whole, and says so.
ALTER ROLE :"app" SET lock_timeout = '10s';
ALTER ROLE :"app" SET idle_in_transaction_session_timeout = '60s';

COMMIT;
