"""What this app can refuse."""

from accounts.errors import Refusal


class UnknownRole(Refusal):
    status = 400
    code = "unknown_role"
    title = "There is no such role"


class UnknownWorkflow(Refusal):
    status = 400
    code = "unknown_workflow"
    title = "There is no such workflow"


class UnknownModel(Refusal):
    status = 400
    code = "unknown_model"
    title = "There is no such model"


class KeysCannotBeKept(Refusal):
    status = 409
    code = "no_field_key"
    title = "Keys cannot be kept"

    def __init__(self) -> None:
        super().__init__("There is nothing to encrypt keys with: the operator has to set SAGE_FIELD_KEY first.")


class MalformedDeliverable(Exception):
    """What a model handed in is no deliverable; the message says why, in words its author could act on."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
