"""What the laboratory adds to a Django process of its house."""

NAME = "lab"
MODEL = f"{NAME}:fake"
