"""Whom an encrypted connection trusts, who we are on it, and in which words it fails."""

from __future__ import annotations

import ssl
from typing import Any, Final

from edge.mqtt.address import Address

_ENDED, _NOT_YET, _OTHER_NAME, _OTHER_ADDRESS = 10, 9, 62, 64
_UNKNOWN: Final = frozenset({2, 18, 19, 20, 21})
"""OpenSSL's codes for a chain that ends with nobody whom we know."""
_ALERTS: Final = {
    "CERTIFICATE_REQUIRED": "it asks for a client certificate: set mqtt.cert_file and key_file",
    "HANDSHAKE_FAILURE": "it refuses our way of encrypting, or asks for a client certificate",
    "UNKNOWN_CA": "it does not know who signed our client certificate",
    "BAD_CERTIFICATE": "it refuses our client certificate",
    "CERTIFICATE_UNKNOWN": "it refuses our client certificate",
    "UNSUPPORTED_CERTIFICATE": "it refuses our client certificate",
    "CERTIFICATE_EXPIRED": "our client certificate has ended",
    "CERTIFICATE_REVOKED": "our client certificate was taken back",
    "WRONG_VERSION_NUMBER": "there is no TLS on this port: check mqtt.port and tls",
    "PROTOCOL_VERSION": "it speaks only versions of TLS that are not safe",
    "UNSUPPORTED_PROTOCOL": "it speaks only versions of TLS that are not safe",
    "UNEXPECTED_EOF": "it ended the connection instead of encrypting it",
}
"""By the end of OpenSSL's name, which begins with the version that spoke."""
_LATER = (ssl.SSLWantReadError, ssl.SSLWantWriteError, TimeoutError, BlockingIOError)
_HANGING_UP = (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError)
_NO_TLS: Final = "it hung up when encryption began: check mqtt.port and tls"
_AT_ONCE: Final = (
    "it hung up once encryption stood, as brokers do that miss a client certificate or refuse it"
)


class Trust(ssl.SSLContext):
    """Remembers how a connection failed, which paho does not pass on.

    With TLS 1.3 a broker that does not like our certificate says so only after the handshake.
    """

    failure: Exception | None = None


def trusting(address: Address) -> Trust:
    """Checks the broker's certificate and name, and shows ours where we have one.

    Against `ca_file` alone, or the system's authorities. Unlike Python 3.13's default it does not
    insist on the key usage, which authorities made as mosquitto's manual says lack.
    """
    context = Trust(ssl.PROTOCOL_TLS_CLIENT)
    context.sslsocket_class = _TidySocket
    if address.ca_file:
        context.load_verify_locations(address.ca_file)
    else:
        context.load_default_certs()
    if address.cert_file:
        # Without a password given OpenSSL would ask for one on the terminal.
        context.load_cert_chain(address.cert_file, address.key_file, password="")
    return context


class HungUpError(OSError):
    """The other end left where it should have gone on."""


class _TidySocket(ssl.SSLSocket):
    """Closes itself where the handshake fails, as paho does not; and tells its context why."""

    _heard = False

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except (OSError, ValueError) as error:
            self.close()
            if isinstance(error, _HANGING_UP):
                raise HungUpError(_NO_TLS) from error
            raise

    def recv(self, *words: Any) -> bytes:
        try:
            data = super().recv(*words)
        except _LATER:
            raise
        except OSError as error:
            raise self._noted(error) from None
        self._heard = self._heard or bool(data)
        if not self._heard:
            self._noted(ConnectionResetError())
        return data

    def send(self, *words: Any) -> int:
        try:
            return super().send(*words)
        except _LATER:
            raise
        except OSError as error:
            try:
                super().recv(1)  # it may have said why before it left
            except OSError as said:
                raise self._noted(said if getattr(said, "reason", None) else error) from None
            raise self._noted(error) from None

    def _noted(self, error: OSError) -> OSError:
        if isinstance(error, _HANGING_UP) and not self._heard:
            error = HungUpError(_AT_ONCE)
        if isinstance(self.context, Trust) and self.context.failure is None:
            self.context.failure = error  # the first says why; whoever tries again hears less
        return error


def reason(error: Exception) -> str:
    """Why a connection could not be made, for the middle of a sentence."""
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {_distrust(error)}"
    if isinstance(error, ssl.SSLError) and (words := _alert(getattr(error, "reason", None) or "")):
        return words
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    said = error.verify_message.rstrip(".")
    if error.verify_code == _ENDED:
        return "it has ended, or this machine's clock is wrong"
    if error.verify_code == _NOT_YET:
        return "it is not good yet, so this machine's clock is wrong"
    if error.verify_code in (_OTHER_NAME, _OTHER_ADDRESS):
        return f"it is another's ({said})"
    if error.verify_code in _UNKNOWN:
        return f"mqtt.ca_file or the system does not know who signed it ({said})"
    return said


def _alert(name: str) -> str | None:
    return next((words for end, words in _ALERTS.items() if end in name), None)
