CREATE SCHEMA podcast;
CREATE TYPE podcast.estado AS ENUM ('borrador', 'programado', 'publicado');
CREATE TABLE podcast.programas (
  id uuid PRIMARY KEY, titulo text NOT NULL, idioma char(2) NOT NULL, portada_url text
);
CREATE TABLE podcast.episodios (
  id uuid PRIMARY KEY,
  programa_id uuid NOT NULL REFERENCES podcast.programas (id),
  titulo text NOT NULL,
  duracion_segundos integer NOT NULL CHECK (duracion_segundos > 0),
  audio text,
  estado podcast.estado NOT NULL DEFAULT 'borrador'
);
CREATE TABLE podcast.oyentes (id uuid PRIMARY KEY, correo text UNIQUE NOT NULL);
CREATE TABLE podcast.suscripciones (
  oyente_id uuid REFERENCES podcast.oyentes, programa_id uuid REFERENCES podcast.programas,
  PRIMARY KEY (oyente_id, programa_id)
);
CREATE TABLE podcast.escuchas (
  oyente_id uuid REFERENCES podcast.oyentes, episodio_id uuid REFERENCES podcast.episodios, PRIMARY KEY (oyente_id, episodio_id)
);
