//! Behaviour of the pure core, from tables and small worlds in `tests/data`.

mod it {
    mod addresses;
    mod beside;
    mod catalogue;
    mod febrl;
    mod learned;
    mod linkage;
    mod linkage_bound;
    mod links;
    mod normal;
    mod offices;
    mod order;
    mod person_names;
    mod quality;
    mod rules;
    mod scenarios;
    mod spelling;
    mod tables;
    mod texts;
    mod units;
    mod verdict;
    mod world;
}
