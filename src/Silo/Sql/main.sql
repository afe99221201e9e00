-- What Orleans asks a database is in this one table: it reads the texts by their keys and runs them, with parameters by name and results
-- by the names of their columns (Orleans' AdoNet packages 10). Everything else here is ours to shape.
-- Every script may run again over what it made: a later version of it adds and replaces.
CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey  varchar(64) PRIMARY KEY,
    QueryText text NOT NULL
);

-- Which version of these scripts the database has had.
CREATE TABLE IF NOT EXISTS conversation_schema
(
    version   integer PRIMARY KEY,
    applied   timestamptz NOT NULL DEFAULT now()
);
