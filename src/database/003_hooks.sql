CREATE TABLE hook (
    office  TEXT   NOT NULL,
    address TEXT   NOT NULL,
    next    BIGINT NOT NULL CHECK (next >= 0),
    tries   BIGINT NOT NULL CHECK (tries >= 0),
    due     TEXT   NOT NULL,
    failure TEXT   NOT NULL,
    PRIMARY KEY (office, address)
);

CREATE TABLE job (
    id      TEXT   NOT NULL PRIMARY KEY,
    kind    TEXT   NOT NULL,
    payload TEXT   NOT NULL,
    due     TEXT   NOT NULL,
    tries   BIGINT NOT NULL CHECK (tries >= 0)
);

CREATE INDEX job_by_due ON job (due);
