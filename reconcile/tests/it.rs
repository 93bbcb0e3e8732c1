//! Behaviour of the pure core, from tables and small worlds in `tests/data`.

mod it {
    mod addresses;
    mod answers;
    mod beside;
    mod catalogue;
    mod exports;
    mod febrl;
    mod invariants;
    mod learned;
    mod letters;
    mod linkage;
    mod linkage_blocking;
    mod linkage_bound;
    mod linkage_groups;
    mod linkage_levels;
    mod linkage_record;
    mod links;
    mod lookup;
    mod normal;
    mod numberless;
    mod numberless_evidence;
    mod offices;
    mod order;
    mod person_names;
    mod quality;
    mod quiet;
    mod record;
    mod residences;
    mod rules;
    mod scenarios;
    mod spelling;
    mod tables;
    mod texts;
    mod units;
    mod verdict;
    mod words;
    mod world;
}
