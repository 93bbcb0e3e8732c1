//! Behaviour of the pure core, from tables and small worlds in `tests/data`.

mod it {
    mod normal;
    mod order;
    mod rules;
    mod scenarios;
    mod texts;
    mod units;
    mod world;
}
