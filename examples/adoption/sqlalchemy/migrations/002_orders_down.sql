DROP TABLE orders;
DROP TYPE orderstatus;
