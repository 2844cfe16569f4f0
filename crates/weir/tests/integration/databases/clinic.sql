CREATE ROLE reader LOGIN PASSWORD 'zqxv-pass word/@:';
CREATE DATABASE clinic;
CREATE DATABASE nothing;
\c clinic
CREATE TYPE mood AS ENUM ('calm', 'sad');
CREATE DOMAIN telephone AS varchar(20);

CREATE TABLE people (
    id bigint PRIMARY KEY,
    col7 text,
    tel telephone,
    born date,
    seen timestamptz,
    pay money,
    amount numeric(18, 2),
    card bigint,
    code varchar(8),
    feeling mood,
    token uuid,
    address inet,
    ok boolean,
    extra jsonb,
    tags text[],
    photo bytea,
    spot point,
    stay interval,
    rest int GENERATED ALWAYS AS (id % 7) STORED,
    UNIQUE (tel, born)
);
COMMENT ON TABLE people IS 'patients of the ward';
COMMENT ON COLUMN people.col7 IS '患者姓名（入院登记）';
INSERT INTO people
SELECT i, (ARRAY['张伟', '王芳', '李娜', '刘洋', '陈静', '杨强', '赵敏', '黄丽', '周杰', '吴霞'])[1 + i % 10],
    '138' || lpad((i * 7919 % 100000000)::text, 8, '0'), date '1950-01-01' + i * 37 % 20000,
    timestamptz '2024-01-01 00:00:00+08' + i * interval '1 hour', (i * 1.5)::numeric::money,
    i * 1.25, 6222020000000000000 + i, lpad(i::text, 6, '0'), 'calm', gen_random_uuid(),
    ('10.0.0.' || i % 255)::inet, i % 2 = 0, '{"zqxv": 1}', ARRAY['a', 'zqxv'],
    decode(md5(i::text), 'hex'), point(i, i), i * interval '1 second'
FROM generate_series(1, 2000) i;
INSERT INTO people (id, born, seen) VALUES (5000, 'infinity', '-infinity'), (5001, '0044-03-15 BC', NULL);

CREATE TABLE visits (no serial PRIMARY KEY, person bigint REFERENCES people, what text);
COMMENT ON TABLE visits IS E'one line, \x1b[2J<b>[x](y)</b>\nand another';
INSERT INTO visits (person, what) SELECT i, 'zqxv flu' FROM generate_series(1, 100) i;

CREATE SCHEMA "od.d ""s";
CREATE TABLE "od.d ""s"."ta""ble 名 $$;--" ("a b" int, "c""d" text, "列" text, "select" int, "c" int);
INSERT INTO "od.d ""s"."ta""ble 名 $$;--" VALUES (1, 'x', 'y', 2, 5), (2, '', NULL, 3, 6);

CREATE TABLE without_rows (id_card text, name text);
CREATE TABLE without_columns ();
CREATE TABLE secret (zqxv int);
CREATE TABLE partly (a int, hidden text);
INSERT INTO partly VALUES (1, 'zqxv');

CREATE TABLE parted (k int, v text) PARTITION BY RANGE (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (200);
INSERT INTO parted SELECT i, 'v' || i FROM generate_series(0, 199) i;
CREATE TABLE parent (a int);
CREATE TABLE child (b int) INHERITS (parent);
INSERT INTO parent VALUES (1), (2);
INSERT INTO child VALUES (3, 4);

CREATE VIEW seen_people AS SELECT id, tel FROM people;
CREATE MATERIALIZED VIEW kept_people AS SELECT id, tel FROM people;
CREATE VIEW broken AS SELECT ('zqxv' || what)::int AS n FROM visits;

CREATE TABLE guarded (a int);
INSERT INTO guarded SELECT generate_series(1, 10);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY;
CREATE POLICY a_few ON guarded USING (a < 4);

CREATE TABLE long_cells (a int, text text);
INSERT INTO long_cells VALUES (1, repeat('长', 3000000)), (2, NULL);

-- In the order of grp: blocks differ, and the stated error has to say so.
CREATE TABLE big (id int, who text, grp int);
INSERT INTO big SELECT i, md5(i::text), i / 100000 FROM generate_series(1, 400000) i;

GRANT USAGE ON SCHEMA "od.d ""s" TO reader;
GRANT SELECT ON ALL TABLES IN SCHEMA public, "od.d ""s" TO reader;
REVOKE ALL ON secret, partly FROM reader;
GRANT SELECT (a) ON partly TO reader;

CREATE DATABASE slowly;
\c slowly
CREATE VIEW slow AS SELECT pg_sleep(60)::text AS n;
GRANT SELECT ON slow TO reader;
