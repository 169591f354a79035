"""A mail server for tests that no one here wrote: aiosmtpd with a mailbox (maildir).

Takes mails by STARTTLS from one account alone. Prints its port; ends with its standard input.
With `read DIR` it prints the mails of a mailbox as JSON instead, as Python's parser reads them.
"""

import asyncio
import email.policy
import json
import mailbox
import ssl
import sys
from email.header import decode_header, make_header
from email.parser import BytesParser
from email.utils import getaddresses


def read(place):
    mails = []
    for message in mailbox.Maildir(place, create=False):
        mail = BytesParser(policy=email.policy.default).parsebytes(message.as_bytes())
        # The new parser puts a blank between the encoded words of a name (RFC 2047, 6.2).
        to = getaddresses(message.get_all("to"))
        mails.append(
            {
                "heads": {name.lower(): str(value) for name, value in mail.items()},
                "defects": [str(it) for it in mail.defects],
                "to": [[str(make_header(decode_header(name))), address] for name, address in to],
                "text": mail.get_body(("plain",)).get_content(),
                "html": mail.get_body(("html",)).get_content(),
            }
        )
    print(json.dumps(mails))


async def serve(place, certificate, key, user, password):
    from aiosmtpd.handlers import Mailbox
    from aiosmtpd.smtp import SMTP, AuthResult

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def authenticate(server, session, envelope, mechanism, data):
        right = (data.login, data.password) == (user.encode(), password.encode())
        return AuthResult(success=right, handled=False)

    def talk():
        return SMTP(
            Mailbox(place),
            hostname="localhost",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=authenticate,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if sys.argv[1] == "read":
    read(sys.argv[2])
else:
    asyncio.run(serve(*sys.argv[2:]))
