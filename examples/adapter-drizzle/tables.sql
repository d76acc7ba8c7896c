CREATE TABLE `oauth_clients` (
	`id` text PRIMARY KEY NOT NULL,
	`secrets` text NOT NULL,
	`metadata` text NOT NULL,
	`policy` text NOT NULL,
	`registration` text NOT NULL,
	`owner_id` text,
	`account_id` text,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`version` integer NOT NULL,
	`revoked_at` integer
);

CREATE TABLE `oauth_events` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`type` text NOT NULL,
	`outcome` text NOT NULL,
	`client_id` text,
	`grant_id` text,
	`subject` text,
	`data` text NOT NULL
);

CREATE INDEX `oauth_events_subject` ON `oauth_events` (`subject`,`id`);
CREATE INDEX `oauth_events_client` ON `oauth_events` (`client_id`,`id`);
CREATE INDEX `oauth_events_grant` ON `oauth_events` (`grant_id`,`id`);
CREATE INDEX `oauth_events_time` ON `oauth_events` (`at`);
CREATE TABLE `oauth_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`subject` text,
	`account_id` text,
	`projects` text NOT NULL,
	`scope` text NOT NULL,
	`resource` text NOT NULL,
	`details` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer
);

CREATE INDEX `oauth_grants_subject` ON `oauth_grants` (`subject`,`id`);
CREATE INDEX `oauth_grants_client` ON `oauth_grants` (`client_id`,`id`);
CREATE INDEX `oauth_grants_expiry` ON `oauth_grants` (`expires_at`);
CREATE TABLE `oauth_tokens` (
	`digest` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`client_id` text NOT NULL,
	`grant_id` text,
	`data` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`redemption` text
);

CREATE INDEX `oauth_tokens_expiry` ON `oauth_tokens` (`expires_at`);
CREATE TABLE `oauth_usage` (
	`client_id` text NOT NULL,
	`day` integer NOT NULL,
	`account` text NOT NULL,
	`requests` integer NOT NULL,
	`refused` integer NOT NULL,
	PRIMARY KEY(`client_id`, `day`, `account`)
);

CREATE TABLE `oauth_uses` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL
);

