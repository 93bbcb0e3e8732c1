//! Whom we trust over HTTPS, and who we are: the certificates that the settings name.

use config::settings::Tls;
use reqwest::{Certificate, ClientBuilder, Identity};
use std::path::Path;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    #[error("tls.ca_file cannot be read, or holds no certificate in PEM")]
    CaFile,
    #[error("tls.client_cert_file or tls.client_key_file cannot be read, or they are no pair in PEM")]
    ClientCertificate,
}

/// The settings' authorities are trusted instead of the system's, not beside them.
pub fn apply(builder: ClientBuilder, tls: &Tls) -> Result<ClientBuilder, TlsError> {
    let builder = match &tls.ca_file {
        Some(file) => builder.tls_certs_only(authorities(file).ok_or(TlsError::CaFile)?),
        None => builder,
    };
    match (&tls.client_cert_file, &tls.client_key_file) {
        (Some(certificate), Some(key)) => {
            let identity = identity(certificate, key).ok_or(TlsError::ClientCertificate)?;
            Ok(builder.identity(identity))
        }
        (None, None) => Ok(builder),
        _ => Err(TlsError::ClientCertificate),
    }
}

/// A bundle without any certificate would trust nobody: that is a mistake in the settings.
fn authorities(file: &Path) -> Option<Vec<Certificate>> {
    let certificates = Certificate::from_pem_bundle(&std::fs::read(file).ok()?).ok()?;
    Some(certificates).filter(|certificates| !certificates.is_empty())
}

fn identity(certificate: &Path, key: &Path) -> Option<Identity> {
    let mut pem = std::fs::read(certificate).ok()?;
    pem.push(b'\n');
    pem.extend(std::fs::read(key).ok()?);
    Identity::from_pem(&pem).ok()
}
