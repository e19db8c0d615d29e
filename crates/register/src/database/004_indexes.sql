DROP INDEX entry_by_year;
CREATE INDEX entry_by_year ON entry (office, year, series, number);
CREATE INDEX entry_by_code ON entry (code, office, year);
CREATE INDEX entry_by_report ON entry (report_sha256, office);

DROP INDEX event_by_file;
CREATE INDEX event_by_file ON event (file_sha256, office, place);
