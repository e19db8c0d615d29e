CREATE TABLE log (
    office     TEXT   NOT NULL PRIMARY KEY,
    origin     TEXT   NOT NULL,
    size       BIGINT NOT NULL CHECK (size >= 0),
    checkpoint TEXT   NOT NULL
);

CREATE TABLE node (
    office TEXT   NOT NULL,
    place  BIGINT NOT NULL,
    hash   TEXT   NOT NULL,
    PRIMARY KEY (office, place)
);

CREATE TABLE event (
    office      TEXT   NOT NULL,
    place       BIGINT NOT NULL,
    event       TEXT   NOT NULL,
    series      TEXT   NOT NULL,
    year        BIGINT NOT NULL,
    number      BIGINT NOT NULL CHECK (number > 0),
    until       BIGINT NOT NULL,
    file_sha256 TEXT   NOT NULL,
    leaf        TEXT   NOT NULL,
    details     TEXT   NOT NULL,
    salt        TEXT   NOT NULL,
    PRIMARY KEY (office, place)
);

CREATE INDEX event_by_number ON event (office, series, year, until);
CREATE INDEX event_by_year ON event (office, year);
CREATE INDEX event_by_file ON event (office, file_sha256);

CREATE TABLE entry (
    office        TEXT   NOT NULL,
    series        TEXT   NOT NULL,
    year          BIGINT NOT NULL,
    number        BIGINT NOT NULL CHECK (number > 0),
    event         TEXT   NOT NULL,
    code          TEXT   NOT NULL,
    date          TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    subject       TEXT   NOT NULL,
    signer        TEXT   NOT NULL,
    recipients    TEXT   NOT NULL,
    archive       TEXT   NOT NULL,
    copies        BIGINT NOT NULL,
    note          TEXT   NOT NULL,
    metadata      TEXT   NOT NULL,
    registered    TEXT   NOT NULL,
    draft_sha256  TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    report_sha256 TEXT   NOT NULL,
    report_length BIGINT NOT NULL,
    file          TEXT   NOT NULL,
    leaf          BIGINT NOT NULL,
    receipt       TEXT   NOT NULL,
    PRIMARY KEY (office, series, year, number)
);

CREATE INDEX entry_by_draft ON entry (office, draft_sha256);
CREATE INDEX entry_by_year ON entry (office, year);
