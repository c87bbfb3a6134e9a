"""Signatures of requests to object stores, against Amazon's examples and botocore."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

import httpx
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from claribi.sources.web.stores.settings import S3, Azure, Gcs
from claribi.sources.web.stores.signing import EMPTY, signed_shared_key, signed_v4
from claribi.sources.web.stores.store import store_of

# https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
KEY_ID, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
BUCKET = "https://examplebucket.s3.amazonaws.com"
NOW = datetime(2013, 5, 24, tzinfo=UTC)
KEYS = ["a b+c.csv", "ä/ö€.parquet", "a//b.csv", "%41.csv", "a=b&c?d#e.csv", "~!*'().csv", "a%2Fb", "x.csv"]


def signed(url: str, token: str = "") -> dict[str, str]:
    return signed_v4(httpx.URL(url), key_id=KEY_ID, secret=SECRET, token=token, region="us-east-1", now=NOW)


@pytest.mark.parametrize(
    ("path", "signature"),
    [
        ("/?lifecycle", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        ("/?max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ],
)
def test_amazons_examples(path: str, signature: str):
    proof = signed(BUCKET + path)["Authorization"]
    assert proof.endswith(f"Signature={signature}")


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("token", ["", "a/session+token=="])
def test_it_signs_as_botocore_does(key: str, token: str):
    connection = S3(engine="s3", bucket="examplebucket", endpoint="http://127.0.0.1:9000")
    store = store_of(connection)
    for address in (store.address(key), store.listing(key, "a+token/=")):
        ours = signed(address, token)
        theirs = AWSRequest("GET", address, headers={"X-Amz-Content-SHA256": EMPTY})
        theirs.context["timestamp"] = ours["x-amz-date"]
        theirs.headers["X-Amz-Date"] = ours["x-amz-date"]
        if token:
            theirs.headers["X-Amz-Security-Token"] = token
        auth = S3SigV4Auth(Credentials(KEY_ID, SECRET, token), "s3", "us-east-1")
        text = auth.string_to_sign(theirs, auth.canonical_request(theirs))
        assert ours["Authorization"].endswith(f"Signature={auth.signature(text, theirs)}")
        # What was signed is what is sent.
        assert str(httpx.URL(address)) == address


def test_another_host_path_query_or_key_has_another_signature():
    proofs = {
        signed(url, token)["Authorization"]
        for url in (BUCKET, f"{BUCKET}/a", f"{BUCKET}?a=b", "https://other.s3.amazonaws.com")
        for token in ("", "t")
    }
    assert len(proofs) == 8


def test_azures_text_has_every_line():
    """Against a signature that was computed from the documented text, written out here."""
    key = base64.b64encode(b"key").decode()
    url = httpx.URL("https://acc.blob.core.windows.net/c?restype=container&comp=list&prefix=a%20b")
    headers = signed_shared_key(url, account="acc", secret=key, now=NOW)
    text = (
        "GET\n\n\n\n\n\n\n\n\n\n\n\n"
        "x-ms-date:Fri, 24 May 2013 00:00:00 GMT\nx-ms-version:2021-12-02\n"
        "/acc/c\ncomp:list\nprefix:a b\nrestype:container"
    )
    wanted = base64.b64encode(hmac.new(b"key", text.encode(), hashlib.sha256).digest()).decode()
    assert headers["Authorization"] == f"SharedKey acc:{wanted}"


@pytest.mark.parametrize(
    ("connection", "root"),
    [
        (S3(engine="s3", bucket="shop", region="eu-west-1"), "https://shop.s3.eu-west-1.amazonaws.com"),
        (S3(engine="s3", bucket="my.shop"), "https://s3.us-east-1.amazonaws.com/my.shop"),
        (S3(engine="s3", bucket="Old_Shop"), "https://s3.us-east-1.amazonaws.com/Old_Shop"),
        (
            S3(engine="s3", bucket="shop", region="cn-north-1"),
            "https://shop.s3.cn-north-1.amazonaws.com.cn",
        ),
        (
            S3(engine="s3", bucket="shop", endpoint="https://minio.example.com:9000/"),
            "https://minio.example.com:9000/shop",
        ),
        (Gcs(engine="gcs", bucket="my.shop"), "https://storage.googleapis.com/my.shop"),
        (
            Azure(engine="azure_blob", account="acc", bucket="shop"),
            "https://acc.blob.core.windows.net/shop",
        ),
    ],
)
def test_buckets_are_where_their_makers_say(connection: S3 | Gcs | Azure, root: str):
    assert store_of(connection).root == root
