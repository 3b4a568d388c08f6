"""Images, and which articles show them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a3e7f2c94d10"
down_revision = "3fa7c0e51b86"
branch_labels = None
depends_on = None

STATES = ("waiting", "made", "failed")


def upgrade() -> None:
    op.create_table(
        "images",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("extension", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "variants",
            sa.Enum(*STATES, name="variants", native_enum=False, create_constraint=True, length=16),
            nullable=False,
        ),
        sa.Column("widths", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_images")),
        sa.UniqueConstraint("hash", name=op.f("uq_images_hash")),
        sa.UniqueConstraint("name", name=op.f("uq_images_name")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_images_uploaded_at_id", "images", ["uploaded_at", "id"])
    op.create_table(
        "article_images",
        sa.Column("article_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("image_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("fk_article_images_article_id_articles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["image_id"], ["images.id"], name=op.f("fk_article_images_image_id_images")),
        sa.PrimaryKeyConstraint("article_id", "name", name=op.f("pk_article_images")),
    )
    op.create_index("ix_article_images_image_id", "article_images", ["image_id"])
    # Not by a batch, which would make the table anew and take what hangs on its rows with it.
    op.add_column("articles", sa.Column("lead_image", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("articles", "lead_image")
    op.drop_table("article_images")
    op.drop_table("images")
