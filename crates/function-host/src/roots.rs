//! Whose certificates a function takes for genuine.
//!
//! Lambda's own list has some 145 authorities, and reading it takes longer than everything else at the start of a function.
//! All of AWS is signed by five.

use aws_smithy_http_client::tls::TrustStore;

use crate::settings::setting;

/// The authorities of AWS's services, in PEM (<https://www.amazontrust.com/repository/>).
pub const AMAZON_ROOTS: &str = include_str!("roots/amazon.pem");

/// Whether the environment names a file or a directory of authorities in the place of the usual ones, as it may for OpenSSL:
/// with `SSL_CERT_FILE` or `SSL_CERT_DIR`.
#[must_use]
pub fn names_own_roots() -> bool {
    setting("SSL_CERT_FILE").or_else(|| setting("SSL_CERT_DIR")).is_some()
}

/// The authorities of AWS in this region: Amazon's own, but those of the system in China, where AWS is signed by others, and
/// where the environment names its own.
pub(crate) fn aws_roots(region: &str) -> TrustStore {
    if names_own_roots() || region.starts_with("cn-") {
        TrustStore::default()
    } else {
        TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)
    }
}

#[cfg(test)]
mod tests {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject as _;
    use webpki_root_certs::TLS_SERVER_ROOT_CERTS;

    use super::*;

    #[test]
    fn amazons_authorities_are_among_those_that_mozilla_trusts() {
        let ours: Vec<_> = CertificateDer::pem_slice_iter(AMAZON_ROOTS.as_bytes())
            .collect::<Result<_, _>>()
            .expect("five certificates");
        assert_eq!(ours.len(), 5);
        for certificate in &ours {
            assert!(TLS_SERVER_ROOT_CERTS.contains(certificate));
        }
        let amazons = TLS_SERVER_ROOT_CERTS.iter().filter(|der| contains(der, b"\x06Amazon"));
        assert!(amazons.clone().count() >= 4);
        for certificate in amazons {
            assert!(ours.contains(certificate), "Amazon has an authority that is not here");
        }
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }
}
