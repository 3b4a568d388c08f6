"""What mail servers send back, as they write it."""

from __future__ import annotations

DSN = """\
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b1"

This is a MIME-encapsulated message.

--b1
Content-Type: text/plain; charset=us-ascii

I could not deliver your message to <ann@example.org>.

--b1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
Arrival-Date: Fri, 20 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; ann@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} it is as it is

--b1
Content-Type: {original}

From: Broadsheet <broadsheet@broadsheet.test>
To: ann@example.org
Subject: An issue
List-Unsubscribe: {link}
List-Unsubscribe-Post: List-Unsubscribe=One-Click

{text}
--b1--
"""

COMPLAINT = """\
From: <feedback@mx.example.org>
To: <{to}>
Subject: FW: An issue
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b2"

--b2
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--b2
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{mail_from}>

--b2
Content-Type: message/rfc822
Content-Disposition: inline

From: Broadsheet <broadsheet@broadsheet.test>
To: redacted@example.org
Subject: An issue
List-Unsubscribe: {link}

Words.
--b2--
"""


def bounce(
    status: str,
    link: str = "",
    *,
    to: str = "broadsheet@broadsheet.test",
    action: str = "failed",
    original: str = "message/rfc822",
    text: str = "Words.",
) -> bytes:
    """`link` stands in the headers of the issue that came back, folded as mail servers fold them."""
    folded = f"<{link[:30]}\n {link[30:]}>"
    return DSN.format(to=to, action=action, status=status, original=original, link=folded, text=text).encode()


def complaint(
    link: str = "", *, kind: str = "abuse", to: str = "abuse@broadsheet.test", mail_from: str = "x@broadsheet.test"
) -> bytes:
    return COMPLAINT.format(to=to, kind=kind, link=f"<{link}>", mail_from=mail_from).encode()
