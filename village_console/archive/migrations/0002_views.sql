-- What a prefecture asks. Every function takes the moment, what was known by then (default: all that is known now), and the
-- run mode: a drill is asked for by name and never stands beside the real thing.

CREATE FUNCTION village_archive.where_at(
    at timestamptz DEFAULT now(), as_known timestamptz DEFAULT 'infinity', run_mode text DEFAULT 'real'
) RETURNS TABLE (
    village text, incident text, person text, name text, kana text, birth date, sex text, settlement text, address text,
    needs_evacuation_support boolean, place text, shelter text, since timestamptz, is_out boolean, disputed boolean
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT r.village, r.incident, s.person, p.name, p.kana, p.birth, p.sex, p.settlement, p.address,
        p.needs_evacuation_support, s.place, s.shelter, s.since, s.is_out, s.disputed
    FROM village_archive.records r
    JOIN village_archive.stays s USING (record)
    LEFT JOIN village_archive.persons p ON p.record = s.record AND p.person = s.person
    WHERE r.run_mode = where_at.run_mode AND s.written @> where_at.at AND s.heard @> where_at.as_known
$$;
COMMENT ON FUNCTION village_archive.where_at IS 'Who is where. A name is null when the person was erased or never listed.';

-- A shelter that is silent is not known since then: its people are those of that moment, and null when it was never heard.
CREATE FUNCTION village_archive.heard_at(
    at timestamptz DEFAULT now(), as_known timestamptz DEFAULT 'infinity', run_mode text DEFAULT 'real'
) RETURNS TABLE (
    record integer, village text, incident text, shelter text, name text, never_heard boolean, not_known_since timestamptz
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT r.record, r.village, r.incident, h.shelter, h.name, h.until IS NULL,
        CASE WHEN heard_at.at > h.until + CASE WHEN h.lacking = 0 THEN interval '30 minutes' ELSE interval '0' END
            THEN h.until END
    FROM village_archive.records r
    CROSS JOIN LATERAL (
        SELECT k.shelter, k.name, CASE WHEN k.known_until IS NULL THEN NULL ELSE least(k.known_until, heard_at.as_known) END
            AS until, k.lacking
        FROM village_archive.shelters k WHERE k.record = r.record
        UNION ALL
        SELECT DISTINCT s.shelter, s.shelter, NULL::timestamptz, NULL::bigint
        FROM (
            SELECT record, shelter FROM village_archive.stays
            UNION SELECT record, shelter FROM village_archive.unnamed
        ) s
        WHERE s.record = r.record AND s.shelter IS NOT NULL
            AND s.shelter NOT IN (SELECT k.shelter FROM village_archive.shelters k WHERE k.record = r.record)
    ) h
    WHERE r.run_mode = heard_at.run_mode
$$;

CREATE FUNCTION village_archive.counts_at(
    at timestamptz DEFAULT now(), as_known timestamptz DEFAULT 'infinity', run_mode text DEFAULT 'real'
) RETURNS TABLE (
    village text, incident text, shelter text, name text, people bigint, gone_out bigint, unnamed bigint, disputed bigint,
    not_known_since timestamptz, never_heard boolean
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT h.village, h.incident, h.shelter, h.name,
        CASE WHEN s.people IS NULL AND u.people IS NULL AND h.never_heard THEN NULL
            ELSE coalesce(s.people, 0) + coalesce(u.people, 0) END,
        CASE WHEN s.people IS NULL AND h.never_heard THEN NULL ELSE coalesce(s.gone_out, 0) END,
        CASE WHEN u.people IS NULL AND h.never_heard THEN NULL ELSE coalesce(u.people, 0) END,
        coalesce(s.disputed, 0), h.not_known_since, h.never_heard
    FROM village_archive.heard_at(counts_at.at, counts_at.as_known, counts_at.run_mode) h
    LEFT JOIN (
        SELECT record, shelter, count(*) AS people, count(*) FILTER (WHERE is_out) AS gone_out,
            count(*) FILTER (WHERE stays.disputed) AS disputed
        FROM village_archive.stays
        WHERE stays.written @> counts_at.at AND stays.heard @> counts_at.as_known
        GROUP BY record, shelter
    ) s USING (record, shelter)
    LEFT JOIN (
        SELECT record, shelter, sum(unnamed.people) AS people
        FROM village_archive.unnamed
        WHERE unnamed.written @> counts_at.at AND unnamed.heard @> counts_at.as_known
        GROUP BY record, shelter
    ) u USING (record, shelter)
    ORDER BY 1, 2, 3
$$;
COMMENT ON FUNCTION village_archive.counts_at IS
    'How many are registered at every shelter: gone_out of them are out for a while, unnamed were only counted. people is null for a'
    ' shelter that was never heard; where not_known_since stands, people are those known then.';

CREATE FUNCTION village_archive.needs_at(
    at timestamptz DEFAULT now(), as_known timestamptz DEFAULT 'infinity', run_mode text DEFAULT 'real'
) RETURNS TABLE (
    village text, incident text, shelter text, name text, code text, urgency text, open bigint, nobodys bigint,
    first_until timestamptz, not_known_since timestamptz, never_heard boolean
) LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT h.village, h.incident, h.shelter, h.name, n.code, n.urgency,
        CASE WHEN n.open IS NULL AND h.never_heard THEN NULL ELSE coalesce(n.open, 0) END,
        CASE WHEN n.open IS NULL AND h.never_heard THEN NULL ELSE coalesce(n.nobodys, 0) END,
        n.first_until, h.not_known_since, h.never_heard
    FROM village_archive.heard_at(needs_at.at, needs_at.as_known, needs_at.run_mode) h
    LEFT JOIN (
        SELECT record, shelter, needs.code, needs.urgency, count(*) AS open,
            count(*) FILTER (WHERE owner IS NULL) AS nobodys, min(until) AS first_until
        FROM village_archive.needs
        WHERE outcome IS NULL AND needs.written @> needs_at.at AND needs.heard @> needs_at.as_known
        GROUP BY record, shelter, needs.code, needs.urgency
    ) n USING (record, shelter)
    ORDER BY 1, 2, 3, 5, 6
$$;
COMMENT ON FUNCTION village_archive.needs_at IS 'Needs that are open, by shelter, code and urgency; nobodys: nobody looks after them.';

CREATE VIEW village_archive.who_is_where WITH (security_invoker = true) AS SELECT * FROM village_archive.where_at();
CREATE VIEW village_archive.counts WITH (security_invoker = true) AS SELECT * FROM village_archive.counts_at();
CREATE VIEW village_archive.open_needs WITH (security_invoker = true) AS SELECT * FROM village_archive.needs_at();
CREATE VIEW village_archive.bodies WITH (security_invoker = true) AS
    SELECT f.record, f.village, f.hash, f.written, f.kind, f.subject, convert_from(f.body, 'UTF8') AS body
    FROM village_archive.facts f
    WHERE NOT EXISTS (SELECT FROM village_archive.apart a WHERE a.record = f.record AND a.hash = f.hash);

GRANT SELECT ON village_archive.who_is_where, village_archive.counts, village_archive.open_needs, village_archive.bodies
    TO village_archive_writer, village_archive_reader;
