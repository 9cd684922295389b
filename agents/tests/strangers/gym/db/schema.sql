CREATE TABLE members (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, birthday date);
CREATE TABLE gym_classes (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  title text NOT NULL,
  starts_at timestamptz NOT NULL,
  places int NOT NULL CHECK (places <= 25)
);
CREATE TABLE bookings (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  member_id int NOT NULL REFERENCES members,
  gym_class_id int NOT NULL REFERENCES gym_classes,
  status text NOT NULL CHECK (status IN ('open', 'attended', 'cancelled', 'missed'))
);
