CREATE TABLE entry (
    series        TEXT    NOT NULL,
    year          BIGINT  NOT NULL,
    number        BIGINT  NOT NULL CHECK (number > 0),
    code          TEXT    NOT NULL,
    date          TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    subject       TEXT    NOT NULL,
    signer        TEXT    NOT NULL,
    recipients    TEXT    NOT NULL,
    archive       TEXT    NOT NULL,
    registered    TEXT    NOT NULL,
    draft_sha256  TEXT    NOT NULL,
    source        TEXT    NOT NULL,
    report_sha256 TEXT    NOT NULL,
    report_length BIGINT  NOT NULL,
    file          TEXT    NOT NULL,
    PRIMARY KEY (series, year, number)
);

CREATE INDEX entry_by_draft ON entry (draft_sha256);
