//! Whom to trust: the certificate authorities of the system, and those of one's own.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// TLS as it is spoken with a mail server. Read anew for each connection, so that a file that
/// was mended counts at once.
pub(super) fn config(own: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    // Single files of the system that can't be read are left out; what is missing then is told
    // by the connection that does not come about.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = own {
        let wrong = |why: String| {
            format!(
                "The file {} of mail.roots {why}; mend it, or leave mail.roots out.",
                path.display()
            )
        };
        let file = CertificateDer::pem_file_iter(path)
            .map_err(|error| wrong(format!("can't be read ({error})")))?;
        let mut some = false;
        for certificate in file {
            let added = certificate
                .map_err(|error| error.to_string())
                .and_then(|it| roots.add(it).map_err(|error| error.to_string()));
            added.map_err(|error| wrong(format!("holds what is no certificate ({error})")))?;
            some = true;
        }
        if !some {
            return Err(wrong("holds no certificate (PEM is looked for)".into()));
        }
    }
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map(|it| Arc::new(it.with_root_certificates(roots).with_no_client_auth()))
        .map_err(|error| format!("TLS can't be used here: {error}."))
}
