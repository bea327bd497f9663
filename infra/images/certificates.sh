# Sourced: trust what the building machine trusts, where it hands its authorities over.
if [ -s /run/certificates.pem ]; then
    export PIP_CERT=/run/certificates.pem SSL_CERT_FILE=/run/certificates.pem
fi
