-- Whatever is written here can be written again and again: facts are keyed by their hash, spans by what they say.
-- A village's role sees and writes rows of its own village and no others; the prefecture's role reads all of them.

CREATE TABLE village_archive.villages (
    village text PRIMARY KEY CHECK (village ~ '^[0-9a-f]{16}$'),
    municipality text NOT NULL,
    name text NOT NULL
);

-- One record is one village's journal: a drill and the real disaster are two.
CREATE TABLE village_archive.records (
    record integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    village text NOT NULL REFERENCES village_archive.villages,
    run_mode text NOT NULL,
    world text NOT NULL,
    incident text NOT NULL,
    UNIQUE (village, run_mode, world, incident),
    UNIQUE (record, village)
);

-- Every fact as it was signed, without the seal of its personal fields: the chain can be checked, nothing has to be erased.
CREATE TABLE village_archive.facts (
    record integer NOT NULL,
    village text NOT NULL,
    hash bytea NOT NULL,
    dev text NOT NULL,
    inc text NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    written timestamptz NOT NULL,
    previous bytea NOT NULL,
    body bytea NOT NULL,
    sealed_sha bytea NOT NULL,
    sig bytea NOT NULL,
    PRIMARY KEY (record, hash),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);
CREATE INDEX ON village_archive.facts (record, subject);

-- Facts that the village's record does not hold (any more): a revoked laptop wrote them, or the record is being rebuilt.
CREATE TABLE village_archive.apart (
    record integer NOT NULL,
    village text NOT NULL,
    hash bytea NOT NULL,
    PRIMARY KEY (record, hash),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);

CREATE TABLE village_archive.persons (
    record integer NOT NULL,
    village text NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    kana text NOT NULL,
    birth date,
    sex text NOT NULL,
    settlement text NOT NULL,
    address text NOT NULL,
    household text NOT NULL,
    needs_evacuation_support boolean NOT NULL,
    PRIMARY KEY (record, person),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);

-- What held when. `written`: in the villages' own time; `heard`: while this was the newest that the archive knew of it.
CREATE TABLE village_archive.stays (
    record integer NOT NULL,
    village text NOT NULL,
    person text NOT NULL,
    written tstzrange NOT NULL,
    heard tstzrange NOT NULL,
    place text NOT NULL,
    shelter text,
    since timestamptz NOT NULL,
    is_out boolean NOT NULL,
    disputed boolean NOT NULL,
    PRIMARY KEY (record, person, written, heard),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);

CREATE TABLE village_archive.unnamed (
    record integer NOT NULL,
    village text NOT NULL,
    counted text NOT NULL,
    written tstzrange NOT NULL,
    heard tstzrange NOT NULL,
    shelter text NOT NULL,
    people integer NOT NULL,
    PRIMARY KEY (record, counted, written, heard),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);

CREATE TABLE village_archive.needs (
    record integer NOT NULL,
    village text NOT NULL,
    need text NOT NULL,
    written tstzrange NOT NULL,
    heard tstzrange NOT NULL,
    person text NOT NULL,
    shelter text NOT NULL,
    code text NOT NULL,
    urgency text NOT NULL,
    until timestamptz,
    owner text,
    outcome text,
    PRIMARY KEY (record, need, written, heard),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);

CREATE TABLE village_archive.shelters (
    record integer NOT NULL,
    village text NOT NULL,
    shelter text NOT NULL,
    name text NOT NULL,
    known_until timestamptz,
    lacking bigint,
    PRIMARY KEY (record, shelter),
    FOREIGN KEY (record, village) REFERENCES village_archive.records (record, village)
);
COMMENT ON COLUMN village_archive.shelters.known_until IS 'null: nothing was ever heard';
COMMENT ON COLUMN village_archive.shelters.lacking IS 'facts that are said to lie there and are not here; null: nobody has said';

DO $$
DECLARE
    one text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'village_archive_writer') THEN
        CREATE ROLE village_archive_writer NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'village_archive_reader') THEN
        CREATE ROLE village_archive_reader NOLOGIN;
    END IF;
    FOREACH one IN ARRAY ARRAY['villages', 'records', 'facts', 'apart', 'persons', 'stays', 'unnamed', 'needs', 'shelters']
    LOOP
        EXECUTE format('ALTER TABLE village_archive.%I ENABLE ROW LEVEL SECURITY', one);
        EXECUTE format('ALTER TABLE village_archive.%I FORCE ROW LEVEL SECURITY', one);
        EXECUTE format('CREATE POLICY own_village ON village_archive.%I TO village_archive_writer'
            ' USING (''village_'' || village = current_user) WITH CHECK (''village_'' || village = current_user)', one);
        EXECUTE format('CREATE POLICY prefecture ON village_archive.%I FOR SELECT TO village_archive_reader USING (true)', one);
        EXECUTE format('GRANT SELECT ON village_archive.%I TO village_archive_writer, village_archive_reader', one);
    END LOOP;
END $$;

GRANT USAGE ON SCHEMA village_archive TO village_archive_writer, village_archive_reader;
-- A fact that lies here is changed and taken out by nobody: not by its own village either.
GRANT INSERT ON village_archive.villages, village_archive.records, village_archive.facts TO village_archive_writer;
GRANT UPDATE (municipality, name) ON village_archive.villages TO village_archive_writer;
GRANT INSERT, DELETE ON village_archive.apart, village_archive.persons, village_archive.stays, village_archive.unnamed,
    village_archive.needs, village_archive.shelters TO village_archive_writer;
