//! How often each kind of defect is planted.

use schemas::FindingKind as K;

/// Shares of eligible records, 0 to 1. A kind that several sources can have has its share in each.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    scale: f64,
}

impl Default for Rates {
    /// About one record in twenty of each source carries a defect.
    fn default() -> Self {
        Self { scale: 1.0 }
    }
}

impl Rates {
    pub fn scaled(scale: f64) -> Self {
        Self { scale: scale.max(0.0) }
    }

    /// By how much all shares are multiplied.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    pub fn share(&self, kind: K) -> f64 {
        let share = match kind {
            K::NameDiacritic => 0.008,
            K::NameDiff => 0.004,
            K::DobPartial => 0.006,
            K::DobDiff | K::DobSwap => 0.003,
            K::SexDiff => 0.002,
            K::Id9Vs12 => 0.006,
            K::IdReissued => 0.200,
            K::IdAliasMissing => 0.002,
            K::IdBadFormat => 0.004,
            K::IdDuplicate => 0.001,
            K::IdMissing => 0.000_7,
            K::DeadOwner => 0.004,
            K::DeadActiveDossier => 0.025,
            K::MaritalStale => 0.010,
            K::ParentDiff => 0.005,
            K::EthnicCode => 0.003,
            K::AddrStaleUnit => 0.014,
            K::AddrSplitUnit => 0.030,
            K::AddrMoved => 0.004,
            K::ParcelOldSheet => 0.004,
            K::ParcelCollision => 0.001_5,
            K::AreaDiff => 0.004,
            K::CertSerialFormat => 0.004,
            K::CertDup => 0.001_5,
            K::OwnerType => 0.006,
            K::NotScanned => 0.004,
            K::OriginalsKept => 0.003,
            K::DossierCodePair => 0.020,
            K::StatusLag => 0.020,
        };
        (share * self.scale).min(0.5)
    }
}
