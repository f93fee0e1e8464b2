//! TLS to a server whose certificate no trusted authority has signed.
#![cfg(any(feature = "rustls", feature = "native-tls"))]

use std::error::Error as _;
use std::sync::Arc;

use crate::calls::{CREATE, DELETE, GET, UPDATE};
use crate::certificate::Certificate;
use crate::support::wire::{Wire, response};
use crate::support::{CONNECTOR, builder};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server that responds to every request with a connector.
struct TlsServer {
    wire: Wire,
    certificate: String,
}

impl TlsServer {
    fn start() -> Self {
        let certificate = Certificate::new();
        let pem = certificate.pem();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(certificate.private_key));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der.into()], key)
            .unwrap();
        TlsServer {
            wire: Wire::tls(config, response(200, CONNECTOR)),
            certificate: pem,
        }
    }

    fn base_url(&self) -> String {
        format!("https://{}", self.wire.address())
    }
}

#[test]
fn a_certificate_that_is_not_trusted_is_refused_and_the_hint_says_what_to_do() {
    let (server, other) = (TlsServer::start(), TlsServer::start());
    let for_another_name = server.base_url().replace("127.0.0.1", "localhost");
    for builder in [
        builder(server.base_url()),
        builder(server.base_url()).root_certificate_pem(&other.certificate),
        builder(for_another_name).root_certificate_pem(&server.certificate),
    ] {
        let client = builder.build().unwrap();
        for error in [GET(&client).unwrap_err(), CREATE(&client).unwrap_err()] {
            let text = error.to_string();
            assert!(
                text.contains("certificate not trusted (1 attempt)"),
                "{text}"
            );
            assert!(error.is_connect() && !error.is_timeout(), "{text}");
            assert!(
                !error.is_transient() && !error.may_have_happened(),
                "{text}"
            );
            assert!(
                error.hint().unwrap().contains("root_certificate_pem"),
                "{text}"
            );
            assert!(error.source().is_some());
        }
    }
}

#[test]
fn each_certificate_in_root_certificate_pem_is_trusted() {
    let (first, second) = (TlsServer::start(), TlsServer::start());
    let both = format!("{}{}", first.certificate, second.certificate);
    for builder in [
        builder(second.base_url()).root_certificate_pem(&second.certificate),
        builder(second.base_url()).root_certificate_pem(both),
        builder(second.base_url())
            .root_certificate_pem(first.certificate.as_bytes())
            .root_certificate_pem(second.certificate.as_bytes()),
    ] {
        GET(&builder.build().unwrap()).unwrap();
    }
}

#[test]
fn a_server_without_tls_is_a_connect_error_and_gets_no_request() {
    let wire = Wire::blurt(response(400, "plain text only"));
    let client = builder(format!("https://{}", wire.address()))
        .build()
        .unwrap();
    for call in [CREATE, GET, DELETE, UPDATE] {
        let error = call(&client).unwrap_err();
        assert!(error.is_connect() && !error.is_timeout(), "{error}");
        assert!(error.to_string().contains("no TLS on this port"), "{error}");
        assert!(!error.may_have_happened(), "{error}");
        assert_eq!(error.attempts(), 3);
    }
}
