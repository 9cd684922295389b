create extension if not exists btree_gist;
create table zustaende (code text primary key, name text not null);
create table nachbarn (id uuid primary key default gen_random_uuid(), name text not null);
create table werkzeuge (
  id uuid primary key default gen_random_uuid(),
  bezeichnung varchar(120) not null,
  foto text,
  zustand text references zustaende (code)
);
