"""Known breaches of products of this kind, each as a test that it can't happen here."""

import base64
import re

import jwt
import pytest
from support import PASSWORD, Api, Loaded, Server, Team

from claribi.accounts.permissions import PUBLIC, Role
from claribi.core.errors import SettingsError
from claribi.core.secrets import derive, master_keys
from claribi.core.settings import Settings

# Keys that products have shipped, or that people set to get going.
KNOWN_KEYS = [
    "CHANGE_ME_TO_A_COMPLEX_RANDOM_SECRET",
    "thisISaSECRET_1234",
    "\x02\x01thisismyscretkey\x01\x02\\e\\y\\y\\h",
    "YOUR_OWN_RANDOM_GENERATED_SECRET_KEY",
    "TEST_NON_DEV_SECRET",
    "secret" * 8,
    "0" * 64,
]


class TestCve202327524DefaultSecret:
    """Superset signed its sessions with a secret that everybody knew. ASVS 5 13.3.1."""

    def test_no_two_servers_share_a_key(self, tmp_path):
        made = [master_keys(Settings(data_dir=tmp_path / name))[0] for name in "ab"]
        assert made[0] != made[1]

    @pytest.mark.parametrize("key", KNOWN_KEYS)
    def test_a_known_key_stops_the_start(self, tmp_path, key: str):
        with pytest.raises(SettingsError):
            master_keys(Settings(data_dir=tmp_path, secret_key=key))

    @pytest.mark.parametrize("key", KNOWN_KEYS)
    def test_a_token_signed_with_one_opens_nothing(self, server: Server, key: str):
        member = server.member(server.organization())
        token = server.signed_in(member).headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        forged = jwt.encode(claims, derive(key.encode(), "tokens"), "HS256")
        assert server.api(Authorization=f"Bearer {forged}").get("/api/auth/status/").status_code == 401


class TestCve202338646SetUpLeftOpen:
    """Metabase's set-up token stayed valid and opened a way to run code. ASVS 5 13.4."""

    def test_nothing_public_makes_an_owner_on_a_server_without_mail(self, server: Server):
        spec = server.api().get("/api/v1/openapi.json").json()
        public = [
            (method, path)
            for path, methods in spec["paths"].items()
            for method, operation in methods.items()
            if operation["x-permission"] == PUBLIC
        ]
        assert all(path.startswith("/api/v1/auth/") for _, path in public)
        assert not [path for _, path in public if re.search("setup|install|init", path)]

    def test_no_public_answer_holds_a_token_of_somebody_else(self, server: Server):
        team = Team(server)
        invited = team.client(Role.OWNER).post("/api/v1/invitations", json={"email": "x@example.org"})
        token = invited.json()["link"].partition("#token=")[2]
        for path in ("/", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json"):
            assert token not in server.api().get(path).text


class TestCve202346104ZipBomb:
    """An archive that unpacks without end must not fill memory or disk. OWASP API4:2023."""

    def test_an_excel_file_that_unpacks_to_gigabytes_is_refused(self, api: Api):
        import io  # noqa: PLC0415 - only here
        import zipfile  # noqa: PLC0415 - only here

        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
                for _ in range(1500):
                    sheet.write(b"0" * 1024 * 1024)
        assert len(packed.getvalue()) < 3 * 1024 * 1024
        source = api.upload(packed.getvalue(), name="bomb.xlsx")
        assert source["status"] == "error"
        assert api.get("/api/v1/reports").status_code == 200


class TestSecretsInAnswers:
    """Passwords, keys and hashes that came back in listings. OWASP API3:2023."""

    def test_no_answer_of_a_list_or_object_holds_one(self, server: Server, sales: Loaded):
        member = server.member(server.organization())
        client = server.signed_in(member)
        client.post("/api/auth/mfa/totp/")
        spec = server.api().get("/api/v1/openapi.json").json()
        seen = 0
        for path, methods in spec["paths"].items():
            if "get" not in methods or "{" in path:
                continue
            text = client.get(path).text
            seen += 1
            for secret in (PASSWORD, "$argon2", member.key, "v1."):
                assert secret not in text, path
        assert seen > 15

    def test_no_log_line_holds_one(self, server: Server):
        member = server.member(server.organization())
        client = server.signed_in(member)
        token = client.headers["Authorization"].removeprefix("Bearer ")
        client.get("/api/v1/reports", headers={"X-API-Key": member.key})
        server.api().post("/api/auth/login/", json={"email": member.email, "password": PASSWORD + "x"})
        server.api().post("/api/auth/login/", content=f'{{"password": "{PASSWORD}"')
        log = (server.data_dir / "server.log").read_text()
        for secret in (PASSWORD, member.key, token, base64.b64encode(PASSWORD.encode()).decode()):
            assert secret not in log


class TestTokensThatNameTheirOwnKey:
    """`kid`, `jku`, `jwk`, `x5u`: what a token says of its key is not believed. ASVS 5 9.1.3."""

    @pytest.mark.parametrize(
        "header",
        [
            {"kid": "../../dev/null"},
            {"kid": "x' UNION SELECT 'key"},
            {"jku": "https://evil.example/keys.json"},
            {"x5u": "https://evil.example/cert.pem"},
            {"jwk": {"kty": "oct", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}},
        ],
    )
    def test_they_open_nothing(self, server: Server, header: dict):
        member = server.member(server.organization())
        token = server.signed_in(member).headers["Authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        for key in (b"k" * 32, b"\0" * 32):
            forged = jwt.encode(claims, key, "HS256", headers=header)
            assert server.api(Authorization=f"Bearer {forged}").get("/api/auth/status/").status_code == 401

    def test_a_half_finished_sign_in_is_no_token(self, server: Server):
        for token in ("null", "undefined", "a.b.c", "Bearer", "...", "e30.e30.e30"):
            answer = server.api(Authorization=f"Bearer {token}").get("/api/auth/status/")
            assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized")
