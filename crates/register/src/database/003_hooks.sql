CREATE TABLE hook (
    office  TEXT   NOT NULL,
    address TEXT   NOT NULL,
    next    BIGINT NOT NULL CHECK (next >= 0),
    state   TEXT   NOT NULL CHECK (state IN ('active', 'paused')),
    tries   BIGINT NOT NULL CHECK (tries >= 0),
    due     BIGINT NOT NULL,
    failure TEXT   NOT NULL,
    PRIMARY KEY (office, address)
);

CREATE TABLE job (
    office  TEXT   NOT NULL,
    key     TEXT   NOT NULL,
    payload TEXT   NOT NULL,
    due     BIGINT NOT NULL,
    PRIMARY KEY (office, key)
);

CREATE INDEX job_by_due ON job (office, due);
