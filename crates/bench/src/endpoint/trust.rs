//! Certificates made for one run. The functions trust what the file in `SSL_CERT_FILE` holds, which is how the roots of the
//! system are replaced in rustls-native-certs, OpenSSL and what is built on them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use crate::error::{BenchError, Result};

/// A certificate for the loopback interface, and the authority that has signed it.
pub(crate) struct Trust {
    authority: String,
    acceptor: TlsAcceptor,
}

impl fmt::Debug for Trust {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Trust").finish_non_exhaustive()
    }
}

impl Trust {
    /// Makes both anew.
    pub(crate) fn new() -> Result<Self> {
        let mut authority = CertificateParams::new(Vec::<String>::new())?;
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "bench, for one run");
        let authority_key = KeyPair::generate()?;
        let authority_pem = authority.self_signed(&authority_key)?.pem();

        let mut server = CertificateParams::new(vec!["127.0.0.1".to_owned(), "localhost".to_owned()])?;
        server.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate()?;
        let certificate = server.signed_by(&key, &Issuer::new(authority, authority_key))?;
        let acceptor = acceptor(certificate.der().clone(), &key)?;
        Ok(Self { authority: authority_pem, acceptor })
    }

    /// What a server accepts connections with.
    pub(crate) fn acceptor(&self) -> TlsAcceptor {
        self.acceptor.clone()
    }

    /// Writes the authority beside those of AWS, so that a function has as many to read as it has compiled in for Lambda;
    /// gives the file.
    pub(crate) fn write_bundle(&self, directory: &Path) -> Result<PathBuf> {
        let bundle = format!("{}\n{}", function_host::AMAZON_ROOTS, self.authority);
        let file = directory.join("authorities.pem");
        std::fs::write(&file, bundle).map_err(BenchError::file("write", &file))?;
        Ok(file)
    }
}

/// HTTP/1.1 over TLS with ring, like DynamoDB, which speaks nothing later.
fn acceptor(certificate: CertificateDer<'static>, key: &KeyPair) -> Result<TlsAcceptor> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundle_ends_with_the_authority_of_this_run() {
        let (first, second) = (Trust::new().unwrap(), Trust::new().unwrap());
        assert_ne!(first.authority, second.authority);
        let directory = tempfile::tempdir().unwrap();
        let bundle = std::fs::read_to_string(first.write_bundle(directory.path()).unwrap()).unwrap();
        assert!(bundle.ends_with(&first.authority));
    }
}
