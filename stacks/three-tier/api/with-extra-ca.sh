#!/bin/sh
# Runs a command that trusts the certificates of the build secret `ca`, if one was given: for networks whose proxy inspects TLS.
set -eu
if [ -s /run/secrets/ca ]; then
  # Java's trust store takes one certificate of each file, and a bundle holds many.
  csplit --quiet --elide-empty-files --prefix=/usr/local/share/ca-certificates/extra- --suffix-format=%03d.crt \
    /run/secrets/ca '/-----BEGIN CERTIFICATE-----/' '{*}'
  update-ca-certificates > /dev/null 2>&1
fi
exec "$@"
