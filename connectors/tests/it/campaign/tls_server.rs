//! Made-up authorities, and HTTPS servers that show what they signed.

use crate::server::{Answer, serve};
use crate::subjects::Subject;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, SupportedProtocolVersion};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

const DAY: Duration = Duration::from_secs(86_400);

/// A certificate with its key.
pub struct Leaf {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

/// So many days from now.
fn day(days: i64) -> SystemTime {
    let span = DAY * days.unsigned_abs() as u32;
    if days < 0 { SystemTime::now() - span } else { SystemTime::now() + span }
}

fn parameters(
    name: &str,
    purpose: ExtendedKeyUsagePurpose,
    begun_days_ago: i64,
    ends_in_days: i64,
) -> CertificateParams {
    let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    parameters.not_before = day(-begun_days_ago).into();
    parameters.not_after = day(ends_in_days).into();
    parameters.extended_key_usages = vec![purpose];
    parameters
}

impl Authority {
    pub fn new(folder: &Path, name: &str) -> Self {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, format!("made-up authority {name}"));
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().expect("a key")).expect("signed");
        let file = folder.join(format!("{name}.pem"));
        std::fs::write(&file, issuer.pem()).expect("written");
        Self { issuer, file }
    }

    pub fn file(&self) -> PathBuf {
        self.file.clone()
    }

    /// For a server: valid since so many days, for so many more.
    pub fn leaf(&self, host: &str, begun_days_ago: i64, ends_in_days: i64) -> Leaf {
        self.sign(parameters(host, ExtendedKeyUsagePurpose::ServerAuth, begun_days_ago, ends_in_days)).0
    }

    pub fn client_leaf(&self, name: &str, ends_in_days: i64) -> Leaf {
        self.sign(parameters(name, ExtendedKeyUsagePurpose::ClientAuth, 30, ends_in_days)).0
    }

    /// The files of a client's certificate and key.
    pub fn client(&self, folder: &Path, name: &str, ends_in_days: i64) -> (PathBuf, PathBuf) {
        let parameters = parameters("doisoat.example.invalid", ExtendedKeyUsagePurpose::ClientAuth, 30, ends_in_days);
        let (_, certificate, key) = self.sign(parameters);
        let file = |ending: &str| folder.join(format!("{name}.{ending}"));
        std::fs::write(file("crt"), certificate).expect("written");
        std::fs::write(file("key"), key).expect("written");
        (file("crt"), file("key"))
    }

    pub fn self_signed(host: &str) -> Leaf {
        let key = KeyPair::generate().expect("a key");
        let parameters = parameters(host, ExtendedKeyUsagePurpose::ServerAuth, 1, 1);
        let certificate = parameters.self_signed(&key).expect("signed");
        leaf(&certificate.pem(), &key.serialize_pem())
    }

    fn sign(&self, parameters: CertificateParams) -> (Leaf, String, String) {
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("signed");
        let (certificate, key) = (certificate.pem(), key.serialize_pem());
        (leaf(&certificate, &key), certificate, key)
    }
}

fn leaf(certificate: &str, key: &str) -> Leaf {
    Leaf {
        certificate: CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM"),
        key: PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM"),
    }
}

pub struct TlsServer {
    pub url: String,
    connections: Arc<AtomicUsize>,
    requests: Arc<AtomicUsize>,
}

impl TlsServer {
    /// Serves one record of the subject. `clients`: whose clients are let in; without it everybody.
    pub async fn start(
        shown: &Leaf,
        clients: Option<PathBuf>,
        version: &'static SupportedProtocolVersion,
        subject: Subject,
    ) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider.clone());
        let builder = builder.with_protocol_versions(&[version]).expect("a version");
        let builder = match clients {
            Some(file) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_file(file).expect("PEM")).expect("an authority");
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                builder.with_client_cert_verifier(verifier.build().expect("a verifier"))
            }
            None => builder.with_no_client_auth(),
        };
        let config = builder.with_single_cert(vec![shown.certificate.clone()], shown.key.clone_key()).expect("a pair");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("https://{}", listener.local_addr().expect("an address"));
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (accepted, asked) = (connections.clone(), requests.clone());
        let (records, answer) = (subject.records(1), subject.answer);
        let answer = Arc::new(move |asked: &crate::server::Asked| Answer::json(answer(asked, &records)));
        tokio::spawn(async move {
            let acceptor = TlsAcceptor::from(Arc::new(config));
            while let Ok((stream, _)) = listener.accept().await {
                accepted.fetch_add(1, Ordering::SeqCst);
                let (acceptor, answer, asked) = (acceptor.clone(), answer.clone(), asked.clone());
                tokio::spawn(async move {
                    match acceptor.accept(stream).into_fallible().await {
                        Ok(stream) => serve(stream, answer, asked, Default::default()).await,
                        // The alert is sent; closing before the client has read it could lose it.
                        Err((_, mut stream)) => while matches!(stream.read(&mut [0; 1_024]).await, Ok(1..)) {},
                    }
                });
            }
        });
        Self { url, connections, requests }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}
