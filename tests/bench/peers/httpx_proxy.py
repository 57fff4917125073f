"""aiohttp.web in front, httpx behind: the shape of qcc's predecessor.

Usage: httpx_proxy.py PORT UPSTREAM_PORT MAX_CONNECTIONS MAX_KEEPALIVE [CA_FILE]   (0: no limit)
With CA_FILE, which vouches for it, the upstream speaks TLS.
"""
import ssl
import sys

import httpx
from aiohttp import web

HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection", "te",
              "trailer", "transfer-encoding", "upgrade", "host", "content-length"}


def end_to_end(headers):
    return [(name, value) for name, value in headers.items() if name.lower() not in HOP_BY_HOP]


async def forward(request):
    client, base = request.app["client"], request.app["base"]
    body = await request.read()
    outgoing = client.build_request(request.method, base + request.path_qs, headers=end_to_end(request.headers), content=body)
    try:
        answer = await client.send(outgoing, stream=True)
    except httpx.HTTPError as error:
        return web.Response(status=502, text=f"{type(error).__name__}: {error}")
    try:
        response = web.StreamResponse(status=answer.status_code, headers=end_to_end(answer.headers))
        if "content-length" in answer.headers:
            response.content_length = int(answer.headers["content-length"])
        await response.prepare(request)
        async for part in answer.aiter_raw():
            await response.write(part)
        await response.write_eof()
        return response
    finally:
        await answer.aclose()


async def client_of(app):
    most, kept = app["limits"]
    async with httpx.AsyncClient(
            limits=httpx.Limits(max_connections=most or None, max_keepalive_connections=kept or None, keepalive_expiry=30),
            timeout=httpx.Timeout(300, pool=None), trust_env=False, verify=app["verify"]) as client:
        app["client"] = client
        yield


def main():
    port, upstream_port, most, kept = (int(argument) for argument in sys.argv[1:5])
    ca_file = sys.argv[5] if len(sys.argv) > 5 else None
    app = web.Application(client_max_size=2 << 30)
    app["verify"] = ssl.create_default_context(cafile=ca_file) if ca_file else True
    app["base"] = f"{'https' if ca_file else 'http'}://127.0.0.1:{upstream_port}"
    app["limits"] = (most, kept)
    app.cleanup_ctx.append(client_of)
    app.router.add_route("*", "/{path:.*}", forward)
    web.run_app(app, host="127.0.0.1", port=port, backlog=4096, access_log=None, print=None)


main()
