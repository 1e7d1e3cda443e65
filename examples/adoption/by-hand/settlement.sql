-- The two tables that settlement has had in production, as somebody once typed them into psql, with the index
-- that was added on a bad day.
create table settlement_commands (
    command_id varchar(128) primary key,
    workflow_id varchar(128) not null,
    account_ref varchar(128) not null,
    payer varchar(128),
    payee varchar(128),
    asset_symbol varchar(64),
    amount_numeric numeric(38,18),
    status varchar(32) not null,
    last_updated timestamptz default now()
);

create table webhook_subscriptions (
    subscription_id varchar(128) primary key,
    url varchar(512) not null,
    secret varchar(256) not null,
    event_types text not null,
    enabled boolean not null default true,
    description varchar(512),
    created_at timestamptz default now()
);

create index on settlement_commands (workflow_id);
