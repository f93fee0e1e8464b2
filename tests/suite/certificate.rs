//! Self-signed certificates for a TLS server on 127.0.0.1. A library that makes them would add an eighth
//! to the first build of this repository.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

// The tags of ASN.1's DER.
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const UTF8_STRING: u8 = 0x0c;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;

// Object identifiers, each with its tag and its length.
const COMMON_NAME: &[u8] = b"\x06\x03\x55\x04\x03";
const SUBJECT_ALT_NAME: &[u8] = b"\x06\x03\x55\x1d\x11";
const EC_PUBLIC_KEY: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const ECDSA_WITH_SHA256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";

pub(crate) struct Certificate {
    pub(crate) der: Vec<u8>,
    /// In PKCS #8.
    pub(crate) private_key: Vec<u8>,
}

impl Certificate {
    pub(crate) fn new() -> Self {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let private_key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, private_key.as_ref(), &random).unwrap();
        let public_key = pair.public_key().as_ref();
        // Each has its own name, because OpenSSL looks certificates up by name.
        let name = der(UTF8_STRING, &[STANDARD.encode(&public_key[..9]).as_bytes()]);
        let name = der(SEQUENCE, &[COMMON_NAME, &name]);
        let name = der(SEQUENCE, &[&der(SET, &[&name])]);
        let algorithm = der(SEQUENCE, &[ECDSA_WITH_SHA256]);
        let key_kind = der(SEQUENCE, &[EC_PUBLIC_KEY, P256]);
        let address = der(0x87, &[&[127, 0, 0, 1]]);
        let address = der(OCTET_STRING, &[&der(SEQUENCE, &[&address])]);
        let extension = der(SEQUENCE, &[SUBJECT_ALT_NAME, &address]);
        let to_be_signed = der(
            SEQUENCE,
            &[
                // Version 3, and the serial number 1.
                b"\xa0\x03\x02\x01\x02\x02\x01\x01",
                &algorithm,
                &name,
                &der(
                    SEQUENCE,
                    &[
                        &der(UTC_TIME, &[b"000101000000Z"]),
                        &der(GENERALIZED_TIME, &[b"40960101000000Z"]),
                    ],
                ),
                &name,
                &der(
                    SEQUENCE,
                    &[&key_kind, &der(BIT_STRING, &[&[0], public_key])],
                ),
                &der(0xa3, &[&der(SEQUENCE, &[&extension])]),
            ],
        );
        let signature = pair.sign(&random, &to_be_signed).unwrap();
        let signature = der(BIT_STRING, &[&[0], signature.as_ref()]);
        Certificate {
            der: der(SEQUENCE, &[&to_be_signed, &algorithm, &signature]),
            private_key: private_key.as_ref().to_vec(),
        }
    }

    pub(crate) fn pem(&self) -> String {
        let base64 = STANDARD.encode(&self.der);
        format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n")
    }
}

/// A value with its tag and its length.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let head = match length {
        0..=127 => vec![tag, length as u8],
        128..=255 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    [head, content].concat()
}
