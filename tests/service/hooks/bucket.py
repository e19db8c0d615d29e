"""An S3-compatible server (moto) on a loopback port, with the bucket `files`.

usage: bucket.py

Prints its port. Each line of its standard input is a command, answered with a line: `change KEY` writes other bytes
to a file, `list` gives all names. Ends when its standard input does.
"""

import os
import sys

import boto3
from moto.server import ThreadedMotoServer

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
_, port = server.get_host_and_port()
bucket = boto3.client(
    "s3",
    endpoint_url=f"http://127.0.0.1:{port}",
    region_name="us-east-1",
    aws_access_key_id="key",
    aws_secret_access_key="secret",
)
bucket.create_bucket(Bucket="files")
print(port, flush=True)
for line in sys.stdin:
    command, _, name = line.strip().partition(" ")
    if command == "change":
        bucket.put_object(Bucket="files", Key=name, Body=b"%PDF-1.7 other")
        print("changed", flush=True)
    else:
        found = bucket.list_objects_v2(Bucket="files").get("Contents", [])
        print("|".join(entry["Key"] for entry in found), flush=True)
os._exit(0)
