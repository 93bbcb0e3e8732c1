//! What can go wrong between here and the provider. Nothing in it comes from a token or an address.

use crate::problem::{Problem, chain};

#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("the HTTP client for the provider cannot be built")]
    Client,
    #[error("there is no randomness")]
    Entropy(#[source] std::io::Error),
    #[error("the provider cannot be reached: {operation}")]
    Unreachable { operation: &'static str },
    #[error("the provider answered {status}: {operation}")]
    Status { operation: &'static str, status: u16 },
    #[error("the provider's answer is larger than 1 MiB: {operation}")]
    TooLarge { operation: &'static str },
    #[error("the provider's answer has another form than the standard: {operation}")]
    Unreadable { operation: &'static str },
    #[error("the discovery document is of another issuer than serve.oidc.issuer")]
    Issuer,
    #[error("{what} of the discovery document is no address that may be used")]
    Address { what: &'static str },
    #[error("the provider does not offer {what}")]
    Unsupported { what: &'static str },
    #[error("the provider does not know serve.oidc.client_id, or the secret is another")]
    ClientRefused,
    #[error("the provider does not take its code back")]
    CodeRefused,
    /// Also where it was begun too long ago, in another browser, or was finished already.
    #[error("this sign-in was not begun here, or is over")]
    NotBegun,
    #[error("the provider ended the sign-in")]
    Declined,
    #[error("the identity token is refused")]
    Token(#[from] TokenFault),
}

/// Why a token proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    #[error("it has not the form of a signed token")]
    Form,
    #[error("its algorithm is neither RS256 nor ES256")]
    Algorithm,
    #[error("its key is none of the provider's")]
    UnknownKey,
    #[error("its key is not of the kind that its algorithm has")]
    KeyKind,
    #[error("its signature is wrong")]
    Signature,
    #[error("it is of another issuer")]
    Issuer,
    #[error("it is for another program")]
    Audience,
    #[error("it was asked for by another program")]
    Party,
    #[error("it is over")]
    Expired,
    #[error("it was not issued in this sign-in")]
    IssuedAt,
    #[error("it is of another sign-in")]
    Nonce,
    #[error("it says nobody's name")]
    Subject,
}

impl OidcError {
    /// For whoever reads: by what is to be done about it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Client | Self::Entropy(_) => "OIDC",
            Self::Unreachable { .. } | Self::Status { .. } => "OIDC_UNREACHABLE",
            Self::TooLarge { .. }
            | Self::Unreadable { .. }
            | Self::Issuer
            | Self::Address { .. }
            | Self::Unsupported { .. } => "OIDC_PROVIDER",
            Self::ClientRefused => "OIDC_CLIENT",
            Self::CodeRefused | Self::NotBegun => "OIDC_STATE",
            Self::Declined => "OIDC_DECLINED",
            Self::Token(_) => "OIDC_TOKEN",
        }
    }
}

impl From<OidcError> for Problem {
    fn from(error: OidcError) -> Self {
        let is_the_readers = matches!(error.code(), "OIDC_STATE" | "OIDC_DECLINED" | "OIDC_TOKEN");
        let cause = chain(&error);
        if is_the_readers { Self::usage(error.code(), cause) } else { Self::failed(error.code(), cause) }
    }
}
