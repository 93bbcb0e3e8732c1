pub mod connector;
