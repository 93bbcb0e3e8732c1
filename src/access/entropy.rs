//! Where randomness comes from: an argument, so that a test can say what it will be.

/// Fills with bytes that nobody can foresee.
pub trait Entropy: Send + Sync {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()>;
}

/// The operating system's.
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> std::io::Result<()> {
        getrandom::fill(bytes).map_err(std::io::Error::other)
    }
}
