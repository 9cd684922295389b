CREATE TABLE bicycles (id bigint PRIMARY KEY, serial_number text NOT NULL);
CREATE TABLE tickets (id bigint PRIMARY KEY, bicycle_id bigint REFERENCES bicycles, description text NOT NULL);
