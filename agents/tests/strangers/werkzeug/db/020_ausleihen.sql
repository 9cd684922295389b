create table ausleihen (
  id uuid primary key default gen_random_uuid(),
  werkzeug_id uuid not null references werkzeuge,
  nachbar_id uuid not null references nachbarn,
  beginn date not null,
  ende date not null,
  rueckgabe_am timestamp with time zone,
  check (ende - beginn <= 14),
  exclude using gist (werkzeug_id with =, daterange(beginn, ende, '[]') with &&)
);
create table mahnungen (
  id uuid primary key default gen_random_uuid(),
  ausleihe_id uuid not null unique references ausleihen,
  verschickt_am timestamp with time zone not null default now()
);
