CREATE TABLE token (
    office TEXT   NOT NULL,
    name   TEXT   NOT NULL,
    turn   BIGINT NOT NULL CHECK (turn >= 0),
    sha256 TEXT   NOT NULL,
    duty   TEXT   NOT NULL,
    made   TEXT   NOT NULL,
    ends   TEXT   NOT NULL,
    PRIMARY KEY (office, name, turn)
);

CREATE UNIQUE INDEX token_by_sha256 ON token (office, sha256);

CREATE TABLE trail_head (
    office TEXT   NOT NULL PRIMARY KEY,
    size   BIGINT NOT NULL CHECK (size >= 0),
    sha256 TEXT   NOT NULL
);

CREATE TABLE trail (
    office   TEXT   NOT NULL,
    place    BIGINT NOT NULL CHECK (place >= 0),
    at       TEXT   NOT NULL,
    name     TEXT   NOT NULL,
    duty     TEXT   NOT NULL,
    act      TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    outcome  TEXT   NOT NULL,
    request  TEXT   NOT NULL,
    previous TEXT   NOT NULL,
    sha256   TEXT   NOT NULL,
    PRIMARY KEY (office, place)
);

CREATE TABLE request (
    office TEXT   NOT NULL,
    key    TEXT   NOT NULL,
    sha256 TEXT   NOT NULL,
    series TEXT   NOT NULL,
    year   BIGINT NOT NULL,
    number BIGINT NOT NULL,
    at     TEXT   NOT NULL,
    PRIMARY KEY (office, key)
);
