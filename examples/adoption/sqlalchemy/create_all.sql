-- What Base.metadata.create_all(engine) of SQLAlchemy 2 sends for two models with an Enum, `unique=True`,
-- `index=True`, a CheckConstraint without a name and a ForeignKey.
CREATE TYPE orderstatus AS ENUM ('NEW', 'PAID', 'SHIPPED');

CREATE TABLE users (
	id SERIAL NOT NULL, 
	email VARCHAR(255) NOT NULL, 
	full_name VARCHAR, 
	is_active BOOLEAN DEFAULT true NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (email)
);

CREATE INDEX ix_users_created_at ON users (created_at);

CREATE TABLE orders (
	id SERIAL NOT NULL, 
	user_id INTEGER NOT NULL, 
	status orderstatus NOT NULL, 
	total NUMERIC(12, 2) NOT NULL, 
	payload JSONB, 
	PRIMARY KEY (id), 
	CHECK (total > 0), 
	FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);

CREATE INDEX ix_orders_user_id ON orders (user_id);
CREATE INDEX ix_orders_status ON orders (status);
