/* Bakery */
CREATE TABLE "Customers" (
    "id" serial,
    "name" varchar(80) NOT NULL,
    "email" varchar(254) NOT NULL
);
CREATE TABLE "LoafTypes" (
    "id" serial,
    "name" varchar(80) NOT NULL,
    "price" numeric(8,2) NOT NULL,
    "allergenNote" text
);
CREATE TABLE "Orders" (
    "id" serial,
    "customerId" integer NOT NULL,
    "fetchOn" date NOT NULL,
    "status" varchar(10) NOT NULL DEFAULT 'placed'
);
CREATE TABLE "OrderLines" (
    "orderId" integer NOT NULL,
    "loafTypeId" integer NOT NULL,
    "quantity" integer NOT NULL
);
ALTER TABLE "Customers" ADD CONSTRAINT customers_pk PRIMARY KEY ("id");
ALTER TABLE "Customers" ADD CONSTRAINT customers_email UNIQUE ("email");
ALTER TABLE "LoafTypes" ADD CONSTRAINT loaftypes_pk PRIMARY KEY ("id");
ALTER TABLE "Orders" ADD CONSTRAINT orders_pk PRIMARY KEY ("id");
ALTER TABLE "Orders" ADD CONSTRAINT orders_status CHECK ("status" = 'placed' OR "status" = 'baked' OR "status" = 'collected' OR "status" = 'forgotten');
ALTER TABLE "Orders" ADD CONSTRAINT orders_customer FOREIGN KEY ("customerId") REFERENCES "Customers" ("id");
ALTER TABLE "OrderLines" ADD CONSTRAINT orderlines_pk PRIMARY KEY ("orderId", "loafTypeId");
ALTER TABLE "OrderLines" ADD CONSTRAINT orderlines_order FOREIGN KEY ("orderId") REFERENCES "Orders" ("id");
ALTER TABLE "OrderLines" ADD CONSTRAINT orderlines_loaf FOREIGN KEY ("loafTypeId") REFERENCES "LoafTypes" ("id");
