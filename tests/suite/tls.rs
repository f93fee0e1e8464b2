//! TLS against a server with a certificate that nobody has heard of.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::sync::Arc;

use crate::support::wire::{Wire, response};
use crate::support::{CONNECTOR, ID, builder, docs};
use mistral_connectors::UpdateConnector;
use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server that answers every request with a connector.
struct TlsServer {
    wire: Wire,
    certificate: String,
}

impl TlsServer {
    fn base_url(&self) -> String {
        format!("https://{}", self.wire.address())
    }
}

fn start() -> TlsServer {
    let pair = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    // A name of its own, since OpenSSL looks certificates up by name.
    params.distinguished_name.push(
        DnType::CommonName,
        format!("{:?}", &pair.public_key_raw()[..9]),
    );
    let certificate = params.self_signed(&pair).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pair.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    TlsServer {
        wire: Wire::tls(config, response(200, CONNECTOR)),
        certificate: certificate.pem(),
    }
}

#[test]
fn an_unknown_certificate_is_refused_with_a_hint() {
    let server = start();
    let client = builder(server.base_url()).build().unwrap();
    for error in [
        client.get("docs").unwrap_err(),
        client.create(&docs()).unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("certificate not trusted"), "{text}");
        assert!(error.is_connect() && !error.is_timeout(), "{text}");
        assert!(
            error.hint().unwrap().contains("root_certificate_pem"),
            "{text}"
        );
        assert!(!text.contains("carried out"), "{text}");
        assert_eq!(
            error.attempts(),
            1,
            "it would not help to try again: {text}"
        );
        assert!(std::error::Error::source(&error).is_some());
    }
}

#[test]
fn a_certificate_named_as_pem_is_trusted() {
    let server = start();
    let client = builder(server.base_url())
        .root_certificate_pem(&server.certificate)
        .build()
        .unwrap();
    assert_eq!(client.get("docs").unwrap().name, "docs");
    assert_eq!(client.get("docs").unwrap().name, "docs");
}

#[test]
fn any_of_several_named_certificates_is_trusted() {
    let (first, second) = (start(), start());
    let both = format!("{}{}", first.certificate, second.certificate);
    let together = builder(second.base_url()).root_certificate_pem(both);
    let one_by_one = builder(second.base_url())
        .root_certificate_pem(first.certificate.as_bytes())
        .root_certificate_pem(second.certificate.as_bytes());
    for builder in [together, one_by_one] {
        assert!(builder.build().unwrap().get("docs").is_ok());
    }
}

#[test]
fn only_named_certificates_are_trusted() {
    let (server, other) = (start(), start());
    let client = builder(server.base_url())
        .root_certificate_pem(&other.certificate)
        .build()
        .unwrap();
    let error = client.get("docs").unwrap_err();
    assert!(
        error.to_string().contains("certificate not trusted"),
        "{error}"
    );
}

#[test]
fn a_certificate_for_another_name_is_refused() {
    let server = start();
    let elsewhere = server.base_url().replace("127.0.0.1", "localhost");
    let client = builder(elsewhere)
        .root_certificate_pem(&server.certificate)
        .build()
        .unwrap();
    let error = client.get("docs").unwrap_err();
    assert!(error.is_connect(), "{error}");
    assert!(
        error.to_string().contains("certificate not trusted"),
        "{error}"
    );
}

#[test]
fn a_server_without_tls_is_no_connection() {
    let wire = Wire::blurt(response(400, "plain text only"));
    let client = builder(format!("https://{}", wire.address()))
        .build()
        .unwrap();
    for error in [
        client.create(&docs()).unwrap_err(),
        client.get("docs").unwrap_err(),
        client.delete(ID).unwrap_err(),
        client
            .update(ID, &UpdateConnector::new().title("t"))
            .unwrap_err(),
    ] {
        assert!(error.is_connect() && !error.is_timeout(), "{error}");
        assert!(error.to_string().contains("no TLS at this port"), "{error}");
        assert!(!error.may_have_happened(), "{error}");
        assert!(!error.to_string().contains("carried out"), "{error}");
        assert_eq!(error.attempts(), 3);
    }
}
