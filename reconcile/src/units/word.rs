//! Type words of units, as they are written: whole, abbreviated, in English.

/// What a unit is called by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    Commune,
    Ward,
    Township,
    SpecialZone,
    RuralDistrict,
    UrbanDistrict,
    /// thị xã
    Town,
    City,
    Province,
    /// English “district”: any of the four kinds.
    AnyDistrict,
}

impl Word {
    pub fn parse(kind: &str) -> Option<Self> {
        Some(match kind {
            "xã" => Self::Commune,
            "phường" => Self::Ward,
            "thị trấn" => Self::Township,
            "đặc khu" => Self::SpecialZone,
            "huyện" => Self::RuralDistrict,
            "quận" => Self::UrbanDistrict,
            "thị xã" => Self::Town,
            "thành phố" => Self::City,
            "tỉnh" => Self::Province,
            _ => return None,
        })
    }

    /// The type word that opens a full name, in any letter case, and the name behind it.
    pub fn split(full_name: &str) -> (Option<Self>, &str) {
        for count in [2, 1] {
            let end = full_name.match_indices(' ').nth(count - 1).map(|(at, _)| at);
            if let Some(end) = end
                && let Some(word) = Self::parse(&full_name[..end].to_lowercase())
            {
                return (Some(word), full_name[end..].trim_start());
            }
        }
        (None, full_name)
    }

    pub fn is_commune(self) -> bool {
        matches!(self, Self::Commune | Self::Ward | Self::Township | Self::SpecialZone)
    }

    pub fn is_district(self) -> bool {
        matches!(self, Self::RuralDistrict | Self::UrbanDistrict | Self::Town | Self::City | Self::AnyDistrict)
    }
}
