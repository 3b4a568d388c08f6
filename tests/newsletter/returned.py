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

QMAIL = """\
From: MAILER-DAEMON@mx.example.org
To: broadsheet@broadsheet.test
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ann@example.org>:
{reason}

--- Below this line is a copy of the message.

Return-Path: <broadsheet@broadsheet.test>
From: Broadsheet <broadsheet@broadsheet.test>
Subject: An issue
List-Unsubscribe: {link}

{text}
"""

EXIM = """\
Return-Path: <>
X-Failed-Recipients: ann@example.org
Auto-Submitted: auto-replied
From: Mail Delivery System <Mailer-Daemon@mx.example.org>
To: broadsheet@broadsheet.test
Subject: Mail delivery failed: returning message to sender

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  ann@example.org
    host 192.0.2.5 [5.1.1.1]: {reason}

------ This is a copy of the message, including all the headers. ------

Return-path: <broadsheet@broadsheet.test>
Received: from broadsheet.test
\tby mx.example.org; Fri, 20 Nov 2026 10:00:00 +0000
From: Broadsheet <broadsheet@broadsheet.test>
Subject: An issue
List-Unsubscribe: {link}

{text}
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


def in_words(form: str, reason: str, link: str = "", *, text: str = "Words.") -> bytes:
    """A bounce as qmail or Exim writes it, with the whole issue behind it."""
    return form.format(reason=reason, link=f"<{link[:30]}\n {link[30:]}>", text=text).encode()


def complaint(
    link: str = "", *, kind: str = "abuse", to: str = "abuse@broadsheet.test", mail_from: str = "x@broadsheet.test"
) -> bytes:
    return COMPLAINT.format(to=to, kind=kind, link=f"<{link}>", mail_from=mail_from).encode()
