"""Whom an encrypted connection trusts, and in which words it says that it does not."""

from __future__ import annotations

import ssl


def trusting(ca_file: str) -> ssl.SSLContext:
    """Checks the broker's certificate and name against this file, or the system's authorities."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.sslsocket_class = _TidySocket
    if ca_file:
        # On from Python 3.13; authorities made as mosquitto's manual says lack the key usage
        # that it asks for. Chain, dates and name are checked all the same.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


class _TidySocket(ssl.SSLSocket):
    """Closes itself where the handshake fails; paho would leave it open."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except (OSError, ValueError):
            self.close()
            raise


def reason(error: Exception) -> str:
    """Why a connection could not be made, for the middle of a sentence."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message.rstrip('.')}"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]
