"""Does the interface ask for what the database refuses to be without, and promise only what is always there?"""

from agents.checks.contract.contract_check import ContractCheck, Finding
from agents.checks.contract.facts import Facts
from agents.checks.contract.matching import kept
from agents.checks.contract.views.interface import Property
from agents.checks.contract.views.names import is_reference
from agents.checks.contract.views.relational import Column


def judge(facts: Facts) -> list[Finding] | None:
    interface, relational = facts.interface, facts.relational
    if interface is None or relational is None:
        return None
    creating = {operation.body for operation in interface.operations if operation.method == "POST" and operation.body}
    found = []
    judged = False
    for name, use in facts.names.schemas.items():
        if use.table is None or use.kind == "page":
            continue
        judged = True
        for prop in interface.schemas[name].properties:
            place = kept(prop.name, use.table, relational)
            if place is None or place.column is None or place.how != "same":
                continue
            column = place.column
            if column.not_null and not column.filled and not prop.required and not prop.read_only and name in creating:
                # A reference is often taken from the address or from who is signed in.
                if not is_reference(prop.name):
                    found.append(
                        Finding(
                            interface.file,
                            prop.line,
                            f"`{name}.{prop.name}` may be left out when a row is made, but `{use.table.name}."
                            f"{column.name}` is NOT NULL without a default ({use.table.file}, line {column.line})",
                            "Require it, give the column a default, or let it be empty.",
                            serious=False,
                        )
                    )
            elif _promised(prop, column) and use.kind == "main" and name not in creating:
                found.append(
                    Finding(
                        interface.file,
                        prop.line,
                        f"`{name}.{prop.name}` is always promised, but `{use.table.name}.{column.name}` may be "
                        f"empty ({use.table.file}, line {column.line})",
                        "Make the column NOT NULL, or the property optional or nullable.",
                        serious=False,
                    )
                )
    return found if judged else None


def _promised(prop: Property, column: Column) -> bool:
    return prop.required and not prop.nullable and not column.not_null and not column.filled


CHECK = ContractCheck(
    "contract.required_column",
    "Required and optional properties with NOT NULL and defaults of their columns",
    "warning",
    "Values that the application fills in before it writes.",
    judge,
)
