-- The way back from 001.
DROP TABLE settings;
DROP TABLE outbox;
DROP TABLE audit_logs;
DROP TABLE notifications;
DROP TABLE transactions;
DROP TABLE games;
DROP TABLE users;
