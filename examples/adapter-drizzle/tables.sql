CREATE TABLE `oauth_clients` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE UNIQUE INDEX `oauth_clients_uniqueName` ON `oauth_clients` ("record" ->> '$.uniqueName');
CREATE INDEX `oauth_clients_createdAt` ON `oauth_clients` ("record" ->> '$.createdAt',`id`);
CREATE INDEX `oauth_clients_name` ON `oauth_clients` ("record" ->> '$.name',`id`);
CREATE INDEX `oauth_clients_ownerId` ON `oauth_clients` ("record" ->> '$.ownerId',`id`);
CREATE INDEX `oauth_clients_accountId` ON `oauth_clients` ("record" ->> '$.accountId',`id`);
CREATE TABLE `oauth_events` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE INDEX `oauth_events_at` ON `oauth_events` ("record" ->> '$.at',`id`);
CREATE INDEX `oauth_events_type` ON `oauth_events` ("record" ->> '$.type',`id`);
CREATE INDEX `oauth_events_clientId` ON `oauth_events` ("record" ->> '$.clientId',`id`);
CREATE INDEX `oauth_events_grantId` ON `oauth_events` ("record" ->> '$.grantId',`id`);
CREATE INDEX `oauth_events_subject` ON `oauth_events` ("record" ->> '$.subject',`id`);
CREATE INDEX `oauth_events_accountId` ON `oauth_events` ("record" ->> '$.accountId',`id`);
CREATE TABLE `oauth_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE INDEX `oauth_grants_subject` ON `oauth_grants` ("record" ->> '$.subject',`id`);
CREATE INDEX `oauth_grants_clientId` ON `oauth_grants` ("record" ->> '$.clientId',`id`);
CREATE INDEX `oauth_grants_expiresAt` ON `oauth_grants` ("record" ->> '$.expiresAt',`id`);
CREATE TABLE `oauth_settings` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE TABLE `oauth_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE INDEX `oauth_tokens_expiresAt` ON `oauth_tokens` ("record" ->> '$.expiresAt',`id`);
CREATE TABLE `oauth_usage` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

CREATE INDEX `oauth_usage_clientId` ON `oauth_usage` ("record" ->> '$.clientId',`id`);
CREATE INDEX `oauth_usage_day` ON `oauth_usage` ("record" ->> '$.day',`id`);
CREATE TABLE `oauth_uses` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL
);

