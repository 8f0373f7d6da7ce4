"""A connection to the mail server of the practice."""

import smtplib
import ssl

from intake_app.core.config import Smtp

TIMEOUT = 20


def is_final(error: smtplib.SMTPException) -> bool:
    """Whether the server said no for good (5xx, RFC 5321), not "later" (4xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPResponseException) and error.smtp_code >= 500


def connect(smtp: Smtp) -> smtplib.SMTP:
    """A greeted, encrypted, signed-in connection. Raises SMTPException or OSError."""
    context = ssl.create_default_context()
    if smtp.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            smtp.host, smtp.port, timeout=TIMEOUT, context=context
        )
    else:
        server = smtplib.SMTP(smtp.host, smtp.port, timeout=TIMEOUT)
    if smtp.tls == "starttls":
        server.starttls(context=context)
    if smtp.user:
        server.login(smtp.user, smtp.password)
    return server
