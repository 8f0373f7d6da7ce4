"""The practice's own tablets, who sits at them, and forms on their way between devices."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from intake_app.models.base import Base, UtcDateTime


class Tablet(Base):
    """A paired tablet and the one person who may sit at it now.

    device_hash: of its cookie; public_key: made from that cookie, so that a form's token can be
    kept for this tablet and for nobody else. visit_id: who was sent to it. draft_id, touched_at:
    whose form is on the screen, and when they last did something. comfort: their choices (larger
    text and so on). codes_from: hand-off codes made before it do not count here. unlocked_until:
    until when the staff pages may be opened on it.
    """

    __tablename__ = "tablet"

    id: Mapped[str] = mapped_column(primary_key=True)
    device_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[bytes] = mapped_column(LargeBinary)
    paired_at: Mapped[datetime] = mapped_column(UtcDateTime)
    visit_id: Mapped[str | None] = mapped_column(ForeignKey("visit.id", ondelete="SET NULL"))
    draft_id: Mapped[str | None] = mapped_column(index=True)
    touched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comfort: Mapped[str] = mapped_column(default="")
    help_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wrong_codes: Mapped[int] = mapped_column(default=0)
    codes_from: Mapped[datetime] = mapped_column(UtcDateTime)
    unlocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cleared_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ParkedForm(Base):
    """A form that waits at a tablet: its token, encrypted to that tablet's cookie."""

    __tablename__ = "put_away"

    draft_id: Mapped[str] = mapped_column(
        ForeignKey("draft.id", ondelete="CASCADE"), primary_key=True
    )
    tablet_id: Mapped[str] = mapped_column(
        ForeignKey("tablet.id", ondelete="CASCADE"), primary_key=True
    )
    box: Mapped[bytes] = mapped_column(LargeBinary)


class DeviceTransfer(Base):
    """A form on its way to another device: its token, sealed to a code that was shown once."""

    __tablename__ = "hand_off"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    draft_id: Mapped[str] = mapped_column(ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    box: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KioskPin(Base):
    """The one PIN that opens the staff pages on a tablet, as an Argon2id hash."""

    __tablename__ = "kiosk_pin"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str]
