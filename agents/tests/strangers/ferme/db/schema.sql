CREATE TABLE clients (id int PRIMARY KEY, courriel text NOT NULL);
CREATE TABLE paniers (id int PRIMARY KEY, client_id int NOT NULL REFERENCES clients (id), jour date NOT NULL,
  annulable interval NOT NULL DEFAULT '48 hours');
CREATE TABLE produits (id int PRIMARY KEY, nom text NOT NULL, prix text NOT NULL);
CREATE TABLE produits_paniers (
  panier_id int NOT NULL REFERENCES clients (id),
  produit_id int NOT NULL REFERENCES produits (id)
);
