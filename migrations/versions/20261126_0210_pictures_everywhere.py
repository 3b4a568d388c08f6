"""Images of corrections, pages and issues, and what was last loaded of pages and menus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d2b84f6a1c37"
down_revision = "a83c1f6d2e90"
branch_labels = None
depends_on = None

SHOWN = (
    ("correction_images", "correction_id", "corrections"),
    ("page_images", "page_id", "pages"),
    ("newsletter_issue_images", "issue_id", "newsletter_issues"),
)


def upgrade() -> None:
    for table, owner, owners in SHOWN:
        op.create_table(
            table,
            sa.Column(owner, sa.Integer(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("image_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                [owner], [f"{owners}.id"], name=op.f(f"fk_{table}_{owner}_{owners}"), ondelete="CASCADE"
            ),
            sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f(f"fk_{table}_image_id_images")),
            sa.PrimaryKeyConstraint(owner, "name", name=op.f(f"pk_{table}")),
        )
        op.create_index(f"ix_{table}_image_id", table, ["image_id"])
    # Not by batches, which would make the tables anew and take what hangs on their rows with them.
    op.add_column("page_revisions", sa.Column("images", sa.JSON(), nullable=True))
    op.add_column("pages", sa.Column("loaded_digest", sa.Text(), nullable=True))
    op.add_column("menus", sa.Column("loaded_digest", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("menus", "loaded_digest")
    op.drop_column("pages", "loaded_digest")
    op.drop_column("page_revisions", "images")
    for table, _owner, _owners in reversed(SHOWN):
        op.drop_table(table)
