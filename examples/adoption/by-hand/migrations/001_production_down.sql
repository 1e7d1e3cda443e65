DROP TABLE webhook_subscriptions;
DROP TABLE settlement_commands;
