//! Which bucket a link key belongs to: the same answer in snapshots and in reconciliation.

/// FNV-1a with a final mix; `buckets` is a power of two. Stable: it is part of the snapshot format.
pub fn bucket_of(key: &str, buckets: u32) -> u32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in key.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    (hash as u32) & (buckets - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_spread_evenly_and_stay_where_they_are() {
        let mut counts = [0u32; 64];
        for n in 0..64_000u64 {
            counts[bucket_of(&format!("099085{n:06}"), 64) as usize] += 1;
        }
        assert!(counts.iter().all(|c| (800..1200).contains(c)), "{counts:?}");
        assert_eq!(bucket_of("099085000123", 64), bucket_of("099085000123", 128) & 63);
    }
}
