-- The state of grains. Orleans also hands over hashes of the key, which a primary key does not need.
CREATE TABLE IF NOT EXISTS orleans_storage
(
    ServiceId             varchar(150) NOT NULL,
    GrainTypeString       varchar(512) NOT NULL,
    GrainIdN0             bigint NOT NULL,
    GrainIdN1             bigint NOT NULL,
    GrainIdExtension      varchar(512) NOT NULL,
    Version               integer NOT NULL,
    ModifiedOn            timestamptz NOT NULL DEFAULT now(),
    PayloadBinary         bytea,
    PRIMARY KEY (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtension)
)
-- Written again and again, at every turn: room in the page spares the index.
WITH (fillfactor = 70);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
-- The version is the ETag: null for who has read nothing. No row comes back where another was quicker.
('WriteToStorageKey', $$
    WITH changed AS
    (
        UPDATE orleans_storage SET PayloadBinary = @PayloadBinary, ModifiedOn = now(), Version = Version + 1
        WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
            AND GrainIdExtension = coalesce(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
        RETURNING Version
    ),
    made AS
    (
        INSERT INTO orleans_storage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtension, Version, PayloadBinary)
        SELECT @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''), 1, @PayloadBinary
        WHERE @GrainStateVersion IS NULL
        ON CONFLICT DO NOTHING
        RETURNING Version
    )
    SELECT Version AS NewGrainStateVersion FROM changed
    UNION ALL
    SELECT Version FROM made
$$),
('ReadFromStorageKey', $$
    SELECT PayloadBinary, Version
    FROM orleans_storage
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtension = coalesce(@GrainIdExtensionString, '')
$$),
('ClearStorageKey', $$
    UPDATE orleans_storage SET PayloadBinary = NULL, ModifiedOn = now(), Version = Version + 1
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtension = coalesce(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
    RETURNING Version AS NewGrainStateVersion
$$),
-- Must tell another version than it was called with, or it counts as a conflict.
('DeleteStorageKey', $$
    DELETE FROM orleans_storage
    WHERE ServiceId = @ServiceId AND GrainTypeString = @GrainTypeString AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1
        AND GrainIdExtension = coalesce(@GrainIdExtensionString, '') AND Version = @GrainStateVersion
    RETURNING Version + 1 AS NewGrainStateVersion
$$)
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
